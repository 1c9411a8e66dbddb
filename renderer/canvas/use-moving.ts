/**
 * Moving nodes and frames. While a drag goes on, positions live here and not in the document; at its end they become one
 * edit. A frame takes along what lies in it. Arrow keys move the document at once, and a burst of them is one undo entry.
 */
import type { NodeChange } from '@xyflow/react'
import { useMemo, useRef, useState } from 'react'
import type { Box } from '../state/card-size'
import type { Editor } from '../state/editor-types'
import type { Scene } from '../state/scene'
import { frameOf, type Places, type Sizes } from './flow-elements'
import type { StillNode } from './still'
import { strings } from '../ui/strings'

const words = strings.canvas

/** A pause this long ends a burst of arrow keys. */
const burstMilliseconds = 500

export interface Moving {
  /** Positions of what is being dragged, or null. */
  readonly places: Places | null
  readonly sizes: Sizes | null
  take(changes: readonly NodeChange<StillNode>[]): void
}

type Place = readonly [number, number]

export function useMoving(editor: Editor, scene: Scene, landing: (places: Places) => boolean): Moving {
  const [places, setPlaces] = useState<Places | null>(null)
  const [sizes, setSizes] = useState<Sizes | null>(null)
  const dragged = useRef<Places | null>(null)
  const burst = useRef<ReturnType<typeof setTimeout> | null>(null)

  const take = useMemo(() => {
    /** What lies in the frames that move, and where it was. */
    let carried: ReadonlyMap<string, ReadonlyMap<string, Place>> | null = null
    let resized: Sizes | null = null
    /** What the hand moves itself. */
    let own: ReadonlyMap<string, Place> = new Map()

    function show(next: Places | null) {
      dragged.current = next
      setPlaces(next)
    }

    /** Moves along what lies in frames, unless it is moved itself. */
    function carry(moves: ReadonlyMap<string, Place>): ReadonlyMap<string, Place> {
      const { frames } = editor.store.getState().open.document
      carried ??= new Map(
        [...moves.keys()].flatMap((id) => {
          const frame = frameOf(id)
          const there = frame === null ? undefined : frames[frame]
          return there === undefined ? [] : [[id, contentsOf(editor, scene, id)] as const]
        }),
      )
      const all = new Map(moves)
      for (const [flowId, contents] of carried) {
        const frame = frames[frameOf(flowId) ?? '']
        const at = moves.get(flowId)
        if (frame === undefined || at === undefined) continue
        for (const [id, [x, y]] of contents)
          if (!moves.has(id)) all.set(id, [x + at[0] - frame.at[0], y + at[1] - frame.at[1]])
      }
      return all
    }

    function keyMove(moves: Places) {
      if (burst.current === null) editor.actions.beginGesture(words.move)
      else clearTimeout(burst.current)
      carried = null
      put(carry(moves))
      carried = null
      burst.current = setTimeout(() => {
        burst.current = null
        editor.actions.commitGesture()
      }, burstMilliseconds)
    }

    function put(all: Places) {
      const [nodes, frames] = apart(all, editor)
      if (nodes.size + frames.size > 0) editor.actions.moveNodes(nodes, frames)
    }

    /** The edge of a frame is dragged: its place and its size, together. */
    function resize(changes: readonly NodeChange<StillNode>[]): boolean {
      const change = changes.find((one) => one.type === 'dimensions')
      if (change?.type !== 'dimensions' || change.resizing === undefined) return false
      const place = changes.find((one) => one.type === 'position')
      const at =
        place?.type === 'position' && place.position !== undefined
          ? ([place.position.x, place.position.y] as const)
          : undefined
      if (change.dimensions !== undefined)
        resized = new Map([[change.id, [change.dimensions.width, change.dimensions.height]]])
      if (change.resizing) {
        if (at !== undefined) show(new Map([[change.id, at]]))
        setSizes(resized)
        return true
      }
      const id = frameOf(change.id)
      const size = resized?.get(change.id)
      const last = at ?? dragged.current?.get(change.id)
      resized = null
      show(null)
      setSizes(null)
      if (id !== null && size !== undefined)
        editor.actions.setFrame(id, {
          size: [Math.round(size[0]), Math.round(size[1])],
          ...(last === undefined ? {} : { at: [Math.round(last[0]), Math.round(last[1])] }),
        })
      return true
    }

    return (changes: readonly NodeChange<StillNode>[]) => {
      if (resize(changes)) return
      const moves = new Map<string, Place>()
      let going = false
      let ended = false
      for (const change of changes) {
        if (change.type !== 'position') continue
        if (change.dragging === true) going = true
        else ended = true
        if (change.position !== undefined) moves.set(change.id, [change.position.x, change.position.y])
      }
      if (going) {
        own = new Map([...own, ...moves])
        show(carry(own))
      } else if (ended && dragged.current !== null) {
        const final = carry(new Map([...own, ...moves]))
        own = new Map()
        carried = null
        show(null)
        if (!landing(final)) put(final)
      } else if (ended && moves.size > 0) {
        keyMove(moves)
      }
    }
  }, [editor, scene, landing])

  return useMemo(() => ({ places, sizes, take }), [places, sizes, take])
}

/** Cards whose middle lies in a frame, and frames that lie in it wholly, with where they are. */
function contentsOf(editor: Editor, scene: Scene, flowId: string): ReadonlyMap<string, Place> {
  const { document } = editor.store.getState().open
  const own = frameOf(flowId) ?? ''
  const frame = document.frames[own]
  if (frame === undefined) return new Map()
  const [left, top] = frame.at
  const [right, bottom] = [left + frame.size[0], top + frame.size[1]]
  const isIn = ({ x, y, width, height }: Box) =>
    x + width / 2 >= left && x + width / 2 <= right && y + height / 2 >= top && y + height / 2 <= bottom
  const contents = new Map<string, Place>()
  for (const [id, card] of scene.cards)
    if (isIn(card) && Object.hasOwn(document.nodes, id)) contents.set(id, [card.x, card.y])
  for (const [id, other] of Object.entries(document.frames)) {
    const [x, y] = other.at
    const whole = x >= left && y >= top && x + other.size[0] <= right && y + other.size[1] <= bottom
    if (id !== own && whole) contents.set(`frame-${id}`, [x, y])
  }
  return contents
}

/** What has moved: nodes, and frames by their own ids. */
function apart(places: Places, editor: Editor): readonly [Map<string, Place>, Map<string, Place>] {
  const { nodes, frames } = editor.store.getState().open.document
  const moved = (at: Place | undefined, [x, y]: Place) => at !== undefined && (at[0] !== x || at[1] !== y)
  const movedNodes = new Map<string, Place>()
  const movedFrames = new Map<string, Place>()
  for (const [flowId, at] of places) {
    const frame = frameOf(flowId)
    if (frame === null) {
      if (Object.hasOwn(nodes, flowId) && moved(nodes[flowId]?.at, at)) movedNodes.set(flowId, at)
    } else if (moved(frames[frame]?.at, at)) movedFrames.set(frame, at)
  }
  return [movedNodes, movedFrames]
}
