/** A button that asks for a file of the user's, or several that belong together. */
import { useRef, type ReactNode } from 'react'

interface FileButtonProps {
  readonly label: string
  readonly icon?: ReactNode
  /** Endings and types, as the browser wants them. */
  readonly accept: string
  readonly many?: boolean
  onFiles(files: readonly File[]): void
}

/** Names and bytes of chosen or dropped files. */
export function readFiles(
  files: readonly File[],
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[]> {
  return Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  )
}

export function FileButton({ label, icon, accept, many = false, onFiles }: FileButtonProps) {
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
        multiple={many}
        hidden
        aria-label={label}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          // The same file chosen again is a change too.
          event.target.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
    </>
  )
}
