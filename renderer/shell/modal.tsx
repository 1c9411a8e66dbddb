/** A native dialog, so that focus, Escape and the backdrop are the browser's. */
import { useEffect, useRef, type ReactNode } from 'react'

interface ModalProps {
  readonly title: string
  readonly wide?: boolean
  readonly children: ReactNode
  onClose(): void
}

export function Modal({ title, wide = false, children, onClose }: ModalProps) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = element.current
    shown?.showModal()
    // Opening moves the focus to the first control; some dialogs begin elsewhere.
    shown?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => shown?.close()
  }, [])
  return (
    <dialog ref={element} className="dialog" data-wide={wide} aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      {children}
    </dialog>
  )
}
