/** Powers of ten as people write them: one way for every part that shows a number, so nothing here knows of any. */

/** Very small and very large numbers, everywhere that words are not code: `3.1 × 10⁻⁹`, `10⁻⁷`, on one line. */
export function formatPower(value: number, decimals = 1): string {
  const [digits = '0', exponent = '0'] = Math.abs(value).toExponential(decimals).split('e')
  const power = `10${formatSuperscript(Number(exponent))}`
  const size = Number(digits) === 1 ? power : `${Number(digits)}\u00a0×\u00a0${power}`
  return value < 0 ? `−${size}` : size
}

/** `⁻⁹` */
export function formatSuperscript(exponent: number): string {
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'
  return (
    (exponent < 0 ? '⁻' : '') +
    [...String(Math.abs(exponent))].map((digit) => digits[Number(digit)] ?? '').join('')
  )
}
