/**
 * Hands the user a file by way of the browser's own download.
 */

/** Saves `bytes` under `name` wherever the browser puts downloads. */
export function downloadFile(name: string, bytes: Uint8Array<ArrayBuffer> | string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has its own hold on the bytes only once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
