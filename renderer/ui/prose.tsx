/** A sentence whose words of code stand between backticks, with those as code. */
export function Prose({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}
