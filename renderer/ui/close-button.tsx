/** The cross of a panel. */
import { X } from 'lucide-react'

interface CloseButtonProps {
  readonly label: string
  /** The key that does the same. */
  readonly shortcut?: string
  onClose(): void
}

export function CloseButton({ label, shortcut, onClose }: CloseButtonProps) {
  return (
    <button
      type="button"
      className="button button-icon button-quiet"
      aria-label={label}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      onClick={onClose}
    >
      <X size={15} aria-hidden />
    </button>
  )
}
