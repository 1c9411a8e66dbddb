/**
 * Where things stand: align, distribute, tidy up, frames and notes. Sizes of cards come from the canvas (`Box`); nodes
 * never move by themselves.
 */
import { longest } from '../../engine/graph/document'
import { addFrame, moveNodes } from '../../engine/graph/edit'
import { setFrame } from '../../engine/graph/frames'
import type { Box } from './card-size'
import type { EditorCore } from './editor'
import type { AlignEdge, EditorActions } from './editor-types'

type ArrangeActions = Pick<EditorActions, 'align' | 'distribute' | 'place' | 'addFrame' | 'setFrame'>
type Place = readonly [number, number]

/** Space between a frame and what it holds; above, there is the title too. */
const padding = { side: 24, top: 44 } as const
const noteSize = [220, 120] as const

export function arrangeActions(core: EditorCore): ArrangeActions {
  const { labels, apply } = core

  function place(label: string, places: ReadonlyMap<string, Place>): void {
    apply(label, (draft) => moveNodes(draft, core.block(), places))
  }

  return {
    align(boxes, edge) {
      if (boxes.size > 1) place(labels.align, aligned(boxes, edge))
    },
    distribute(boxes, axis) {
      if (boxes.size > 2) place(labels.distribute, distributed(boxes, axis))
    },
    place(places) {
      place(labels.tidy, places)
    },
    addFrame({ around, at, text }) {
      const frame =
        around.length > 0 && text === undefined
          ? framing(around)
          : {
              at: [Math.round(at[0]), Math.round(at[1])] as [number, number],
              size: [...noteSize] as [number, number],
            }
      let id = ''
      apply(
        text === undefined ? labels.addFrame : labels.addNote,
        (draft) => {
          id = addFrame(draft, core.block(), {
            title: '',
            colour: '',
            ...frame,
            ...(text === undefined ? {} : { text }),
          })
        },
        { selection: () => ({ nodes: new Set(), wires: new Set(), frames: new Set([id]) }) },
      )
      return id
    },
    setFrame(id, values) {
      const { title, text } = values
      apply(
        labels.frame,
        (draft) =>
          setFrame(draft, core.block(), id, {
            ...values,
            ...(title === undefined ? {} : { title: title.slice(0, longest.name) }),
            ...(text === undefined ? {} : { text: text.slice(0, longest.note) }),
          }),
        { coalesce: `frame:${id}:${Object.keys(values).join()}` },
      )
    },
  }
}

function framing(boxes: readonly Box[]): { readonly at: [number, number]; readonly size: [number, number] } {
  const left = Math.min(...boxes.map(({ x }) => x)) - padding.side
  const top = Math.min(...boxes.map(({ y }) => y)) - padding.top
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + padding.side
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + padding.side
  return { at: [left, top], size: [right - left, bottom - top] }
}

function aligned(boxes: ReadonlyMap<string, Box>, edge: AlignEdge): ReadonlyMap<string, Place> {
  const all = [...boxes.values()]
  const left = Math.min(...all.map(({ x }) => x))
  const right = Math.max(...all.map(({ x, width }) => x + width))
  const top = Math.min(...all.map(({ y }) => y))
  const bottom = Math.max(...all.map(({ y, height }) => y + height))
  const to: Readonly<Record<AlignEdge, (box: Box) => Place>> = {
    left: ({ y }) => [left, y],
    right: ({ y, width }) => [right - width, y],
    top: ({ x }) => [x, top],
    bottom: ({ x, height }) => [x, bottom - height],
    middle: ({ x, height }) => [x, Math.round((top + bottom - height) / 2)],
  }
  return new Map([...boxes].map(([id, box]) => [id, to[edge](box)]))
}

/** The outermost two stay; the gaps between all become the same. */
function distributed(boxes: ReadonlyMap<string, Box>, axis: 'across' | 'down'): ReadonlyMap<string, Place> {
  const start = (box: Box) => (axis === 'across' ? box.x : box.y)
  const size = (box: Box) => (axis === 'across' ? box.width : box.height)
  const sorted = [...boxes].sort(([, a], [, b]) => start(a) - start(b))
  const first = sorted[0]?.[1]
  const last = sorted.at(-1)?.[1]
  if (first === undefined || last === undefined) return new Map()
  const room = start(last) + size(last) - start(first) - sorted.reduce((sum, [, box]) => sum + size(box), 0)
  const gap = room / (sorted.length - 1)
  let at = start(first)
  const places = new Map<string, Place>()
  for (const [id, box] of sorted) {
    places.set(id, axis === 'across' ? [Math.round(at), box.y] : [box.x, Math.round(at)])
    at += size(box) + gap
  }
  return places
}
