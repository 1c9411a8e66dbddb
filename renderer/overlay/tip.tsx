/** The exact numbers of the node or wire under the pointer, written past React. */
import { useEffect, useRef, type RefObject } from 'react'
import { formatCount } from '../../engine/diagnose/format'
import type { Box } from '../state/card-size'
import type { SceneHover } from '../state/scene'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { modes, rowsOfWire, topOf, type PaintMode, type Row } from './show'
import { onShown, paced, shownNow } from './shown'
import { belowBox, besideBox } from './tip-place'

const words = strings.overlay

/** Milliseconds that the pointer rests before the numbers come. */
const rest = 180

export function Tip({ mode }: { readonly mode: PaintMode }) {
  const tip = useRef<HTMLDivElement>(null)
  useTooltip(tip, mode)
  return <div ref={tip} className="overlay-tip" role="tooltip" hidden />
}

interface Content {
  readonly title: string
  readonly rows: readonly Row[]
}

function useTooltip(tip: RefObject<HTMLDivElement | null>, mode: PaintMode): void {
  const stores = useStores()
  useEffect(() => {
    const { editor, scene } = stores
    let timer: ReturnType<typeof setTimeout> | null = null
    let hover = scene.hover

    /** The label of the card, and the place inside it where it is a block. */
    function nameOf(path: string): string {
      const top = topOf(path)
      const { nodes } = editor.store.getState().document
      const label = Object.hasOwn(nodes, top) ? nodes[top]?.label : undefined
      return label === undefined ? path : label + path.slice(top.length)
    }

    /** From which card to which, where both have names. */
    function wayOf(id: string): string {
      const { wires, nodes } = editor.store.getState().open.document
      const wire = wires[id]
      const names = wire === undefined ? [] : [wire.from[0], wire.to[0]].map((end) => nodes[end]?.label)
      return names.includes(undefined) ? '' : names.join(' → ')
    }

    function content(): Content | null {
      const shown = shownNow(stores)
      if (hover === null) return null
      const step = shown.readings?.step ?? null
      if (hover.kind === 'wire') {
        const wire = shown.readings?.wire(shown.prefix + hover.id) ?? null
        return wire === null || step === null || modes[mode].wire === null
          ? null
          : {
              title: [wayOf(hover.id), words.step(formatCount(step))].filter(Boolean).join(' · '),
              rows: rowsOfWire(wire, scene.wires.get(hover.id)?.label ?? ''),
            }
      }
      const view = modes[mode].card(shown.cards.get(hover.id) ?? [], shown)
      if (view === null) return null
      const when = modes[mode].live && step !== null ? ` · ${words.step(formatCount(step))}` : ''
      return { title: nameOf(view.path) + when, rows: view.rows }
    }

    /** On the canvas: of a card, or around the pointer on a wire. */
    function placeOf({ kind, id, x, y }: SceneHover, canvas: DOMRect): Box {
      const card = kind === 'node' ? scene.cards.get(id) : undefined
      if (card === undefined) return { x: x - canvas.left - 6, y: y - canvas.top - 6, width: 12, height: 12 }
      const { zoom, x: left, y: top } = scene.view
      return {
        x: card.x * zoom + left,
        y: card.y * zoom + top,
        width: card.width * zoom,
        height: card.height * zoom,
      }
    }

    function show() {
      const element = tip.current
      if (element === null) return
      const now = timer === null ? content() : null
      element.hidden = now === null
      if (now === null || hover === null) return
      fill(element, now.title, now.rows)
      const box = element.parentElement?.getBoundingClientRect()
      if (box === undefined) return
      const place = hover.kind === 'node' ? besideBox : belowBox
      const [left, top] = place(
        placeOf(hover, box),
        { width: element.offsetWidth, height: element.offsetHeight },
        box,
      )
      element.style.left = `${left}px`
      element.style.top = `${top}px`
    }

    function follow() {
      if (scene.hover === hover) return
      hover = scene.hover
      if (timer !== null) clearTimeout(timer)
      timer = setTimeout(() => {
        timer = null
        show()
      }, rest)
      show()
    }
    const stops = [scene.subscribe(follow), paced((listener) => onShown(stores, listener), show, 250)]
    return () => {
      for (const stop of stops) stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [tip, mode, stores])
}

/** Writes a title and rows of name and number; elements are kept while their count stays. */
function fill(element: HTMLElement, title: string, rows: readonly Row[]): void {
  const texts = [title, ...rows.flatMap((row) => [row.name, row.value])]
  if (element.childElementCount !== texts.length) {
    element.replaceChildren(
      ...texts.map((_, index) =>
        document.createElement(index === 0 ? 'b' : index % 2 === 1 ? 'span' : 'strong'),
      ),
    )
  }
  for (const [index, text] of texts.entries()) {
    const child = element.children[index]
    if (child !== undefined && child.textContent !== text) child.textContent = text
  }
}
