/** Colours of the current theme for painting, read from the style sheet once and again when the theme changes. */
export interface PaintTheme {
  readonly dark: boolean
  readonly canvas: string
  readonly panel: string
  readonly node: string
  readonly neutral: string
  readonly wire: string
  readonly text: string
  readonly muted: string
  readonly line: string
  /** Lines that help to read a chart. */
  readonly grid: string
  readonly accent: string
  /** The other line of a chart. */
  readonly second: string
  readonly good: string
  readonly warning: string
  /** Numbers as colours, in even steps: from below zero to above it, and from the smallest to the largest. */
  readonly diverging: readonly string[]
  readonly sequential: readonly string[]
  readonly font: string
}

export function readTheme(): PaintTheme {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(name).trim()
  const stops = (name: string) => [1, 2, 3, 4, 5].map((stop) => of(`--${name}-${stop}`))
  return {
    dark: style.colorScheme.includes('dark') && !style.colorScheme.includes('light'),
    canvas: of('--canvas'),
    panel: of('--panel'),
    node: of('--node'),
    neutral: of('--neutral'),
    wire: of('--wire'),
    text: of('--text'),
    muted: of('--muted'),
    line: of('--line'),
    grid: of('--grid'),
    accent: of('--accent'),
    second: of('--second'),
    good: of('--good'),
    warning: of('--warning'),
    diverging: stops('diverging'),
    sequential: stops('sequential'),
    font: of('--font') || 'sans-serif',
  }
}

/** Calls back after the theme changed, or the language of what is painted. Answers how to stop. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-contrast', 'lang', 'class'],
  })
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    system.removeEventListener('change', listener)
  }
}
