/** The list at the cursor, opened by the mouse and by commands: what it asks, where it stands, what a choice adds. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState, type MouseEvent, type RefObject } from 'react'
import type { NodeId, WireId } from '../../engine/graph/document'
import { cardWidth } from '../state/card-size'
import type { Editor, PortRef } from '../state/editor-types'
import type { Scene } from '../state/scene'
import type { AskKind } from '../state/view'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { askAdd, askConnect, askFix, askInsert, askReplace, fixOfNode, type Ask } from './asks'
import type { CardModel } from './card-model'
import type { FixedEnd } from './connecting'
import { placePorts, placesOf, wirePath } from './geometry'
import { endAt } from './reach'
import type { Anchor } from './popup-place'
import type { LooseWire } from './use-wiring'

const words = strings.canvas

/** A list at the cursor. */
interface Popup {
  readonly ask: Ask
  /** What it stands beside. */
  readonly anchor: Anchor
  /** The wire that it asks about, which is not in the document yet. */
  readonly pending: PendingWire | null
  readonly key: number
}

export interface PendingWire {
  readonly d: string
  /** Where it ends in nothing; null where it ends at a port that it does not fit. */
  readonly loose: readonly [x: number, y: number] | null
}

/** Opens the list at the cursor, for the mouse and for commands. */
export function useAsking(
  root: RefObject<HTMLDivElement | null>,
  models: RefObject<ReadonlyMap<string, CardModel>>,
) {
  const { editor, scene, notices, view } = useStores()
  const flow = useReactFlow()
  const [popup, setPopup] = useState<Popup | null>(null)
  const pointer = useRef<readonly [number, number] | null>(null)
  useEffect(() => {
    const element = root.current
    const follow = (event: PointerEvent) => (pointer.current = [event.clientX, event.clientY])
    const leave = () => (pointer.current = null)
    element?.addEventListener('pointermove', follow)
    element?.addEventListener('pointerleave', leave)
    return () => {
      element?.removeEventListener('pointermove', follow)
      element?.removeEventListener('pointerleave', leave)
    }
  }, [root])

  const functions = useMemo(() => {
    let count = 0
    /** Beside this card, or beside a point of the screen. */
    function open(
      ask: Ask | null,
      x: number,
      y: number,
      node?: NodeId,
      pending: PendingWire | null = null,
    ): boolean {
      if (ask === null) return false
      const card = node === undefined ? undefined : scene.cards.get(node)
      const at = flow.screenToFlowPosition({ x, y })
      const [left, right] = card === undefined ? [at.x, at.x] : [card.x, card.x + card.width]
      count += 1
      setPopup({ ask, key: count, anchor: { left, right, top: at.y }, pending })
      return true
    }
    function place(type: string, x: number, y: number, fixed: FixedEnd | null): void {
      addAt(editor, type, flow.screenToFlowPosition({ x, y }), fixed, null)
    }
    /** Where wires meet this port. */
    function portPlace({ node, port }: PortRef, side: FixedEnd['side']): readonly [number, number] | null {
      const card = scene.cards.get(node)
      const model = models.current.get(node)
      if (card === undefined || model === undefined) return null
      const placed = { position: card, data: { model, places: placesOf(model) } }
      return endAt(placed, side === 'source' ? 'outputs' : 'inputs', port)
    }
    /** From a port to where the hand let go. */
    function looseWire({ fixed, x, y }: LooseWire): PendingWire | null {
      const held = portPlace(fixed, fixed.side)
      if (held === null) return null
      const at = flow.screenToFlowPosition({ x, y })
      const loose = [at.x, at.y] as const
      const { d } = fixed.side === 'source' ? wirePath(...held, ...loose) : wirePath(...loose, ...held)
      return { d, loose }
    }
    function misfit(from: PortRef, to: PortRef): PendingWire | null {
      const [start, end] = [portPlace(from, 'source'), portPlace(to, 'target')]
      return start === null || end === null ? null : { d: wirePath(...start, ...end).d, loose: null }
    }
    function add(
      x: number,
      y: number,
      fixed: FixedEnd | null,
      free = false,
      node?: NodeId,
      pending: PendingWire | null = null,
    ): void {
      // The camera may move before something is chosen.
      const at = flow.screenToFlowPosition({ x, y })
      open(
        askAdd({
          editor,
          loose: fixed,
          models: models.current,
          add: (type) => {
            const id = addAt(editor, type, at, fixed, free ? scene : null)
            // By a key it may come to lie beyond the edge.
            if (free && id !== null) view.request({ kind: 'keep-in-view', node: id })
          },
          addInstance: (block) => editor.actions.addInstance(block, [at.x - cardWidth / 2, at.y - 39]),
        }),
        x,
        y,
        node,
        pending,
      )
    }
    function offerFix(from: PortRef, to: PortRef, x: number, y: number, node?: NodeId): boolean {
      return open(askFix(editor, from, to), x, y, node, misfit(from, to))
    }
    /** Beside a card, on the screen. */
    function beside(id: string): readonly [number, number] {
      const card = scene.cards.get(id)
      if (card === undefined) return middle()
      const { x, y } = flow.flowToScreenPosition({ x: card.x + card.width + 56, y: card.y + 24 })
      return [x, y]
    }
    function middle(): readonly [number, number] {
      const box = root.current?.getBoundingClientRect()
      return [(box?.left ?? 0) + (box?.width ?? 0) / 2, (box?.top ?? 0) + (box?.height ?? 0) / 2]
    }
    function onWire(id: WireId): readonly [number, number] {
      const wire = scene.wires.get(id)
      if (wire === undefined) return middle()
      const { x, y } = flow.flowToScreenPosition({ x: wire.x, y: wire.y })
      return [x, y]
    }
    function insertInto(wire: WireId, x: number, y: number): void {
      const at = flow.screenToFlowPosition({ x, y })
      open(
        askInsert(editor, wire, (type) => {
          editor.actions.insertType(wire, type, [Math.round(at.x - cardWidth / 2), Math.round(at.y - 39)])
        }),
        x,
        y,
      )
    }
    function fixSelected(nodes: readonly NodeId[], wires: readonly WireId[]): void {
      const { document } = editor.store.getState().open
      const [node] = nodes
      const [id] = wires
      const wire = id === undefined ? undefined : document.wires[id]
      const opened =
        node !== undefined
          ? open(fixOfNode(editor, node), ...beside(node), node)
          : wire !== undefined && id !== undefined
            ? open(
                askFix(
                  editor,
                  { node: wire.from[0], port: wire.from[1] },
                  { node: wire.to[0], port: wire.to[1] },
                  id,
                ),
                ...onWire(id),
              )
            : false
      if (opened) return
      const gone = notices.hint(words.noFix)
      // It is about what was selected, and goes with it.
      const stop = editor.store.subscribe(({ selection }, before) => {
        if (selection === before.selection) return
        if (node === undefined ? id !== undefined && selection.wires.has(id) : selection.nodes.has(node))
          return
        gone()
        stop()
      })
    }
    return {
      addAfter: (wire: LooseWire) => add(wire.x, wire.y, wire.fixed, false, undefined, looseWire(wire)),
      addAt: (x: number, y: number) => add(x, y, null),
      pointer: () => pointer.current,
      place,
      offerFix,
      close() {
        setPopup(null)
        root.current?.focus()
      },
      onClick(event: MouseEvent) {
        const target = event.target instanceof Element ? event.target.closest('[data-fix]') : null
        const id = target?.closest<HTMLElement>('.react-flow__node-card')?.dataset['id']
        if (id !== undefined) fixSelected([id], [])
      },
      byKey(what: AskKind) {
        const { selection, open: graph } = editor.store.getState()
        const nodes = [...selection.nodes]
        const wires = [...selection.wires]
        const [node] = nodes
        const [wire] = wires
        switch (what) {
          case 'add': {
            if (nodes.length === 0 && wire !== undefined && graph.document.wires[wire] !== undefined)
              return insertInto(wire, ...onWire(wire))
            const model = nodes.length === 1 && node !== undefined ? models.current.get(node) : undefined
            const output = model?.outputs[0]
            if (node === undefined || output === undefined)
              return add(...(pointer.current ?? middle()), null, pointer.current === null)
            return add(...beside(node), { node, port: output.name, side: 'source' }, true, node)
          }
          case 'connect':
            if (node === undefined) return
            open(
              askConnect(editor, node, models.current, (from, to) =>
                offerFix(from, to, ...beside(node), node),
              ),
              ...beside(node),
              node,
            )
            return
          case 'replace':
            if (node !== undefined) open(askReplace(editor, nodes), ...beside(node), node)
            return
          case 'fix':
            return fixSelected(nodes, wires)
        }
      },
    }
  }, [editor, flow, models, notices, root, scene, view])
  return useMemo(() => ({ popup, ...functions }), [popup, functions])
}

/** A new node with its port where the wire was let go; without a wire, with its middle there. With `scene`, where no card lies. */
function addAt(
  editor: Editor,
  type: string,
  point: { readonly x: number; readonly y: number },
  fixed: FixedEnd | null,
  scene: Scene | null,
): NodeId | null {
  const definition = editor.catalogue.get(type)
  const places = placePorts(
    Object.keys(definition?.inputs ?? {}).length,
    Object.keys(definition?.outputs ?? {}).length,
  )
  const left = fixed === null ? cardWidth / 2 : fixed.side === 'source' ? 0 : cardWidth
  const top =
    fixed === null ? places.height / 2 : ((fixed.side === 'source' ? places.inputs : places.outputs)[0] ?? 0)
  const x = Math.round(point.x - left)
  let y = Math.round(point.y - top)
  const taken = () =>
    [...(scene?.cards.values() ?? [])].some(
      (card) =>
        Math.abs(card.x - x) < cardWidth + 8 &&
        y < card.y + card.height + 12 &&
        card.y < y + places.height + 12,
    )
  for (let tries = 0; tries < 80 && taken(); tries += 1) y += 24
  const at = [x, y] as const
  const end = fixed === null ? null : { node: fixed.node, port: fixed.port }
  return editor.actions.addNode(
    type,
    at,
    end === null ? {} : fixed?.side === 'source' ? { from: end } : { to: end },
  )
}
