/** A canvas that shows a tensor's numbers as colours and reads the cell that is pointed at, or chosen with the arrow keys. */
import { useRef, type RefObject } from 'react'
import type { Layout } from '../../engine/session/look'
import { formatNumber } from '../ui/format'
import type { Scale } from './colours'
import { arrange, cellAt, indexOf, neighbour, offsetOf, type Cell, type Grid } from './picture-grid'
import { paintPicture } from './picture-paint'
import { useLivePainting, write } from './use-live-painting'

/** What is to be painted now. */
export interface Paintable {
  /** Sizes along every axis of `values`. */
  readonly shown: readonly number[]
  readonly values: Float32Array
  readonly layout: Layout
  readonly scale: Scale
  /** Words along the rows and columns of every image; null for none. */
  readonly labels: { readonly rows: readonly string[]; readonly columns: readonly string[] } | null
  /** Pixels across at most. */
  readonly width: number
}

export interface PictureOptions {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly says: RefObject<HTMLElement | null>
  /** Called before each painting; null where there is nothing. */
  now(): Paintable | null
  /** A cell in words. */
  read(index: readonly number[], value: string): string
}

/** Pixels of the labels beside an image. */
const labelMargin = 16

const arrows: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function usePicture({ canvas, says, now, read }: PictureOptions): void {
  const cursor = useRef<Cell | null>(null)
  const grid = useRef<Grid | null>(null)
  useLivePainting(canvas, {
    paint({ context, surface }) {
      const there = now()
      if (there === null || surface.width === 0) {
        grid.current = null
        write(says.current, '')
        return
      }
      const { shown, values, layout, scale, labels } = there
      const width = Math.min(surface.width, there.width)
      const made = arrange(shown, layout, width, labels === null ? 0 : labelMargin)
      grid.current = made
      if (canvas.current !== null) canvas.current.style.height = `${made.height}px`
      paintPicture(context, {
        grid: made,
        values,
        scale,
        ratio: surface.ratio,
        theme: surface.theme,
        cursor: cursor.current,
        rowLabels: labels?.rows ?? [],
        columnLabels: labels?.columns ?? [],
      })
      if (cursor.current === null) return write(says.current, '')
      const index = indexOf(made, cursor.current)
      write(says.current, read(index, formatNumber(values[offsetOf(shown, index)] ?? NaN)))
    },
    point(x, y) {
      cursor.current = grid.current === null ? null : cellAt(grid.current, x, y)
      return true
    },
    leave() {
      cursor.current = null
      return true
    },
    key(key) {
      const [dx, dy] = arrows[key] ?? []
      if (grid.current === null || dx === undefined || dy === undefined) return false
      cursor.current =
        cursor.current === null
          ? { image: 0, row: 0, column: 0 }
          : neighbour(grid.current, cursor.current, dx, dy)
      return true
    },
  })
}
