/**
 * Drawing and moving wires: ports that do not fit go grey and their card says why, a wire may be dropped anywhere
 * on a card, Escape lets go of it, and over the empty canvas it asks for a node that takes it. Everything during the
 * gesture happens on elements; React renders before and after.
 */
import {
  useStoreApi,
  type Connection,
  type Edge,
  type OnConnectEnd,
  type OnConnectStart,
} from '@xyflow/react'
import { useMemo, useRef, type RefObject } from 'react'
import type { NodeId, WireId } from '../../engine/graph/document'
import type { Editor, PortRef } from '../state/editor-types'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import { fixNames } from './asks'
import type { CardModel } from './card-model'
import { belowCard } from './popup-place'
import {
  bestPort,
  cardUnder,
  judgePorts,
  markPorts,
  portKey,
  unmarkPorts,
  type FixedEnd,
  type PortVerdict,
} from './connecting'

const words = strings.canvas
/** Beyond so many cards the fixes are looked for at the drop only. */
const manyCards = 200

export interface LooseWire {
  readonly fixed: FixedEnd
  /** Client coordinates where it was dropped. */
  readonly x: number
  readonly y: number
}

interface Gesture {
  readonly fixed: FixedEnd
  readonly moving: WireId | null
  readonly verdicts: ReadonlyMap<string, PortVerdict>
  cancelled: boolean
  /** The wire was drawn where it met a port that it fits. */
  placed: boolean
  stop(): void
}

export interface WiringHandlers {
  onConnectStart: OnConnectStart
  onConnect(connection: Connection): void
  onConnectEnd: OnConnectEnd
  onReconnectStart(event: unknown, edge: Edge): void
  onReconnect(edge: Edge, connection: Connection): void
  onReconnectEnd(): void
  isValidConnection(connection: Connection | Edge): boolean
}

export function endsOf(connection: Connection | Edge): { readonly from: PortRef; readonly to: PortRef } {
  return {
    from: { node: connection.source, port: connection.sourceHandle ?? '' },
    to: { node: connection.target, port: connection.targetHandle ?? '' },
  }
}

export interface WiringOptions {
  readonly editor: Editor
  readonly root: RefObject<HTMLElement | null>
  readonly hint: RefObject<HTMLElement | null>
  readonly models: RefObject<ReadonlyMap<string, CardModel>>
  readonly onLoose: (wire: LooseWire) => void
  /** A wire that does not fit was dropped at this place, on this card; true where there are fixes to choose from. */
  readonly onMisfit: (from: PortRef, to: PortRef, x: number, y: number, card: NodeId) => boolean
}

export function useWiring({ editor, root, hint, models, onLoose, onMisfit }: WiringOptions): WiringHandlers {
  const flow = useStoreApi()
  const gesture = useRef<Gesture | null>(null)
  const moving = useRef<WireId | null>(null)

  return useMemo(() => {
    function judge(from: PortRef, to: PortRef) {
      return editor.judge(from, to, moving.current ?? undefined)
    }

    function place(from: PortRef, to: PortRef) {
      if (moving.current === null) editor.actions.connect(from, to)
      else editor.actions.reconnect(moving.current, from, to)
    }

    /** The sentence stands below the card that it speaks of, so that none of its ports is covered. */
    function showHint(hint: HTMLElement | null, sentence: string | null, card: NodeId) {
      const { nodeLookup, transform, width, height } = flow.getState()
      const node = nodeLookup.get(card)
      if (hint === null) return
      hint.hidden = sentence === null || node === undefined
      root.current?.classList.toggle('canvas-misfit', !hint.hidden)
      if (sentence === null || node === undefined) return
      if (hint.textContent !== sentence) hint.textContent = sentence
      const { x, y } = node.internals.positionAbsolute
      const [left, top] = belowCard(
        { x, y, width: node.measured.width ?? 0, height: node.measured.height ?? 0 },
        { x: transform[0], y: transform[1], zoom: transform[2] },
        { width: hint.offsetWidth, height: hint.offsetHeight },
        { width, height },
      )
      hint.style.left = `${left}px`
      hint.style.top = `${top}px`
    }

    function begin(fixed: FixedEnd) {
      gesture.current?.stop()
      if (root.current === null) return
      const verdicts = judgePorts(fixed, models.current, judge)
      markPorts(root.current, fixed, verdicts)
      root.current.classList.add('canvas-wiring')
      const stopFollowing = follow(flow.subscribe, (x, y) => {
        const aim = aimOf(fixed, verdicts, x, y)
        highlight(root.current, aim?.ref ?? null)
        const message = aim?.verdict?.message
        const said = message === undefined ? null : translate(message) + fixesFor(aim)
        showHint(hint.current, said, aim?.ref.node ?? '')
      })
      const known = new Map<string, string>()
      /** The fixes of a port, asked once in a gesture. */
      function fixesFor(aim: PortVerdict | null): string {
        if (aim === null || moving.current !== null || models.current.size > manyCards) return ''
        const key = portKey(aim.ref)
        let text = known.get(key)
        if (text === undefined) {
          const [from, to] = order(fixed, aim.ref)
          const names = fixNames(editor, from, to)
          known.set(key, (text = names.length === 0 ? '' : `\n${words.dropFor(names)}`))
        }
        return text
      }
      const current: Gesture = {
        fixed,
        moving: moving.current,
        verdicts,
        cancelled: false,
        placed: false,
        stop() {
          stopFollowing()
          window.removeEventListener('keydown', escape, true)
          highlight(root.current, null)
          showHint(hint.current, null, '')
          root.current?.classList.remove('canvas-wiring')
          if (root.current !== null) unmarkPorts(root.current)
        },
      }
      function escape(event: KeyboardEvent) {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        // React Flow still reports a connection at the next move if the last target was valid; the flag makes it nothing.
        current.cancelled = true
        flow.getState().cancelConnection()
        current.stop()
      }
      window.addEventListener('keydown', escape, true)
      gesture.current = current
    }

    function aimOf(
      fixed: FixedEnd,
      verdicts: ReadonlyMap<string, PortVerdict>,
      x: number,
      y: number,
    ): PortVerdict | null {
      const { connection } = flow.getState()
      const near = connection.toHandle
      if (near !== null && near.id !== null && near.id !== undefined)
        return verdicts.get(portKey({ node: near.nodeId, port: near.id })) ?? null
      const card = cardUnder(x, y)
      const model = card === null ? undefined : models.current.get(card)
      if (card === null || model === undefined || card === fixed.node) return null
      const best = bestPort(card, model, fixed, verdicts)
      if (best !== null) return verdicts.get(portKey(best)) ?? null
      const first = (fixed.side === 'source' ? model.inputs : model.outputs)[0]
      return first === undefined ? null : (verdicts.get(portKey({ node: card, port: first.name })) ?? null)
    }

    /** Draws a wire that does not fit, or offers its fixes; one that fits was drawn already where it met a port. */
    function settle(current: Gesture, other: PortRef, x: number, y: number): void {
      if (current.placed) return
      const [from, to] = order(current.fixed, other)
      const verdict = judge(from, to)
      if (verdict !== null && onMisfit(from, to, x, y, other.node)) return
      if (verdict?.kind === 'refused') return
      place(from, to)
    }

    return {
      onConnectStart(_event, { nodeId, handleId, handleType }) {
        if (nodeId !== null && handleId !== null && handleType !== null)
          begin({ node: nodeId, port: handleId, side: handleType })
      },
      onConnect(connection) {
        if (gesture.current?.cancelled === true) return
        const { from, to } = endsOf(connection)
        // What does not fit is dealt with at the end of the gesture, where its place is known.
        if (moving.current === null && judge(from, to) !== null) return
        if (gesture.current !== null) gesture.current.placed = true
        place(from, to)
      },
      onConnectEnd(event, state) {
        const current = gesture.current
        gesture.current = null
        current?.stop()
        if (current === null || current.cancelled) return
        const point = 'changedTouches' in event ? event.changedTouches[0] : event
        if (point === undefined) return
        const near = state.toHandle
        if (near !== null) {
          const side = near.type === current.fixed.side ? null : near.id
          if (current.moving === null && side !== null && side !== undefined)
            settle(current, { node: near.nodeId, port: side }, point.clientX, point.clientY)
          return
        }
        const card = cardUnder(point.clientX, point.clientY)
        const model = card === null ? undefined : models.current.get(card)
        if (card !== null && model !== undefined) {
          const port =
            card === current.fixed.node ? null : bestPort(card, model, current.fixed, current.verdicts)
          const aim = port ?? firstPort(card, model, current.fixed)
          if (card === current.fixed.node || aim === null) return
          if (current.moving === null) settle(current, aim, point.clientX, point.clientY)
          else if (port !== null) place(...order(current.fixed, port))
        } else if (current.moving === null && isInside(root.current, point.clientX, point.clientY)) {
          onLoose({ fixed: current.fixed, x: point.clientX, y: point.clientY })
        }
      },
      onReconnectStart(_event, edge) {
        moving.current = edge.id
      },
      onReconnect(_edge, connection) {
        if (gesture.current?.cancelled === true) return
        const { from, to } = endsOf(connection)
        place(from, to)
      },
      onReconnectEnd() {
        moving.current = null
      },
      isValidConnection(connection) {
        const { from, to } = endsOf(connection)
        return judge(from, to)?.kind !== 'refused'
      },
    }
  }, [editor, flow, root, hint, models, onLoose, onMisfit])
}

function firstPort(node: string, model: CardModel, fixed: FixedEnd): PortRef | null {
  const first = (fixed.side === 'source' ? model.inputs : model.outputs)[0]
  return first === undefined ? null : { node, port: first.name }
}

function order(fixed: FixedEnd, other: PortRef): [PortRef, PortRef] {
  return fixed.side === 'source' ? [fixed, other] : [other, fixed]
}

function isInside(root: HTMLElement | null, x: number, y: number): boolean {
  const box = root?.getBoundingClientRect()
  return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
}

type Flow = ReturnType<typeof useStoreApi>

/**
 * Calls once per frame with the pointer's place, after React Flow has moved the wire, and when the canvas moves under a
 * pointer that rests at its edge. Answers how to stop.
 */
function follow(subscribe: Flow['subscribe'], listener: (x: number, y: number) => void): () => void {
  let frame = 0
  let last: readonly [number, number] | null = null
  const ask = () => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => {
      if (last !== null) listener(...last)
    })
  }
  const move = (event: PointerEvent) => {
    last = [event.clientX, event.clientY]
    ask()
  }
  window.addEventListener('pointermove', move)
  const stop = subscribe(({ transform }, before) => {
    if (transform !== before.transform) ask()
  })
  return () => {
    stop()
    window.removeEventListener('pointermove', move)
    cancelAnimationFrame(frame)
  }
}

function highlight(root: HTMLElement | null, port: PortRef | null): void {
  for (const handle of root?.querySelectorAll<HTMLElement>('[data-aim]') ?? []) delete handle.dataset['aim']
  if (root === null || port === null) return
  const handle = root.querySelector<HTMLElement>(
    `.react-flow__handle[data-nodeid="${port.node}"][data-handleid="${port.port}"]`,
  )
  if (handle !== null) handle.dataset['aim'] = 'yes'
}
