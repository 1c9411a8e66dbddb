/** Draws what was asked for, in the colours and fonts of the page, and hands it to the user. */
import { textIntoPng } from '../../engine/formats/pictures'
import { writeDocument } from '../../engine/graph/text'
import type { Editor } from '../state/editor-types'
import { safeName, sentence } from '../state/file-host'
import type { Notices } from '../state/notices'
import { documentKey, type Pictures } from '../state/pictures'
import type { Session } from '../state/session-types'
import type { Settings } from '../state/settings'
import { nodeName } from '../ui/node-name'
import type { Strings } from '../ui/strings'
import { curvesCsv, curvesSvg } from './curves'
import { graphSvg, type Colours, type Measure } from './graph-svg'
import { rasterise } from './rasterise'

interface Options {
  readonly editor: Editor
  readonly session: Session
  readonly settings: Settings
  readonly notices: Notices
  readonly strings: Strings
  readonly download: (name: string, bytes: Uint8Array<ArrayBuffer> | string) => void
}

/** Of pixels to a unit. */
const sharpness = 2

function pageColours(): { readonly colours: Colours; readonly font: string } {
  const style = getComputedStyle(document.documentElement)
  const of = (token: string) => style.getPropertyValue(`--${token}`).trim()
  return {
    colours: (token) => of(token) || of('text'),
    font: of('font').replaceAll('"', "'") || 'sans-serif',
  }
}

function pageMeasure(font: string): Measure {
  const context = document.createElement('canvas').getContext('2d')
  return (text, size, weight) => {
    if (context === null) return text.length * size * 0.6
    context.font = `${weight} ${size}px ${font}`
    return context.measureText(text).width
  }
}

export function createPictures({ editor, session, settings, notices, strings, download }: Options): Pictures {
  const words = strings.notices

  async function attempt(name: string, make: () => Promise<Uint8Array<ArrayBuffer> | string>): Promise<void> {
    try {
      download(name, await make())
      notices.info(words.pictureSaved(name), 'exporting')
    } catch (error) {
      notices.error(words.exportFailed(sentence(error)), 'exporting')
    }
  }

  async function painted(
    { svg, width, height }: { readonly svg: string; readonly width: number; readonly height: number },
    text: string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return textIntoPng(await rasterise(svg, width, height, sharpness), documentKey, text)
  }

  return {
    saveGraph(format) {
      const { document: open, analysis } = editor.store.getState()
      return attempt(`${safeName(open.name)}.${format}`, async () => {
        const { colours, font } = pageColours()
        const { catalogue } = editor
        const measure = pageMeasure(font)
        const picture = graphSvg({ document: open, analysis, catalogue, colours, font, measure })
        return format === 'svg' ? picture.svg : painted(picture, writeDocument(open))
      })
    },
    async saveCurves(format) {
      const run = session.run()
      const { runDocument } = session.store.getState()
      if (run === null || runDocument === null || run.length === 0) {
        notices.error(words.exportFailed(words.noCurves), 'exporting')
        return
      }
      const name = strings.files.curves(safeName(runDocument.name))
      await attempt(`${name}.${format}`, async () => {
        if (format === 'csv') return curvesCsv(run)
        const titleOf = (path: string) => {
          const node = Object.hasOwn(runDocument.nodes, path) ? runDocument.nodes[path] : undefined
          return node === undefined ? path : nodeName(node, editor.catalogue)
        }
        const { smoothing, logLoss } = settings.store.getState()
        const text = writeDocument(runDocument)
        const options = { run, document: text, name: runDocument.name, titleOf, smoothing, logLoss }
        return painted(curvesSvg({ ...options, ...pageColours() }), text)
      })
    },
  }
}
