/**
 * The files of a drop, those of dropped folders among them: a run is a folder. The page hears of a folder's files one
 * batch after the other.
 */

/** More than any model has; a dropped home folder ends here. */
const mostFiles = 500

function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  return new Promise((resolve, reject) => {
    const next = () =>
      reader.readEntries((batch) => {
        all.push(...batch)
        if (batch.length === 0 || all.length >= mostFiles) resolve(all)
        else next()
      }, reject)
    next()
  })
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)]
  const inside = await entriesIn(entry as FileSystemDirectoryEntry)
  const found: File[] = []
  // Only the folder itself: what lies deeper belongs to something else.
  for (const each of inside) if (each.isFile) found.push(...(await filesOf(each)))
  return found
}

/** All files of a drop. Call it within the event: the browser forgets the drop afterwards. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
  const plain = [...transfer.files]
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  if (entries.every((entry) => entry === null || entry.isFile)) return plain
  const files: File[] = []
  for (const entry of entries) if (entry !== null) files.push(...(await filesOf(entry)))
  return files.slice(0, mostFiles)
}
