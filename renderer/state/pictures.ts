/**
 * Pictures out and in: what can be asked for, and the document that a picture of ours carries. Who draws them needs the
 * canvas's models, so it stands elsewhere (renderer/picture).
 */
import { isPng, textOfPng, textOfSvg } from '../../engine/formats/pictures'

/** The key under which a picture carries its document. */
export const documentKey = 'wiregrad'

export interface Pictures {
  /** The graph that is open, with its document inside. */
  saveGraph(format: 'svg' | 'png'): Promise<void>
  /** The curves of the run on show: a picture with the run's document inside, or a table of its numbers. */
  saveCurves(format: 'png' | 'csv'): Promise<void>
}

/** Whether a file is a picture by its name. */
export function isPicture(name: string): boolean {
  return /\.(png|svg)$/i.test(name)
}

/** The document that a picture carries, or null. */
export function documentInPicture(bytes: Uint8Array): string | null {
  if (isPng(bytes)) return textOfPng(bytes, documentKey)
  return textOfSvg(new TextDecoder().decode(bytes), documentKey)
}
