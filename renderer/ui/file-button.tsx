/** A button that asks for a file of the user's. */
import { useRef, type ReactNode } from 'react'

interface FileButtonProps {
  readonly label: string
  readonly icon?: ReactNode
  /** Endings and types, as the browser wants them. */
  readonly accept: string
  onFile(file: File): void
}

export function FileButton({ label, icon, accept, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {icon}
        {label}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={label}
        onChange={(event) => {
          const file = event.target.files?.[0]
          // The same file chosen again is a change too.
          event.target.value = ''
          if (file !== undefined) onFile(file)
        }}
      />
    </>
  )
}
