/** Where the cells of a picture lie: images in lines, each of rows and columns; and which number of the tensor a cell is. */
import type { Layout } from '../../engine/session/look'

export interface Grid {
  readonly shown: readonly number[]
  readonly layout: Layout
  readonly images: number
  readonly perLine: number
  /** Cells of one image. */
  readonly rows: number
  readonly columns: number
  /** Pixels of a cell, between images, and for labels at the left and above each image. */
  readonly cell: number
  readonly gap: number
  readonly margin: number
  readonly width: number
  readonly height: number
}

export interface Cell {
  readonly image: number
  readonly row: number
  readonly column: number
}

const largestCell = 14
const tallest = 320

function sizeOf(shown: readonly number[], axes: readonly number[]): number {
  return axes.reduce((size, axis) => size * (shown[axis] ?? 1), 1)
}

/** Numbers without order fill a square where they can: pixels in a row are seen as the image they are. */
function squareSide(count: number): number | null {
  const side = Math.sqrt(count)
  return Number.isInteger(side) && count >= 16 ? side : null
}

/** The largest cells with which all fits: in the width always, in the height where it can. */
export function arrange(shown: readonly number[], layout: Layout, width: number, margin: number): Grid {
  const [rows, columns] = [sizeOf(shown, layout.rows), sizeOf(shown, layout.columns)]
  const across = sizeOf(shown, layout.gridColumns)
  const images = across * sizeOf(shown, layout.gridRows)
  const gap = rows * columns === 1 ? 0 : margin > 0 ? 6 : 3
  const fixed = layout.gridRows.length > 0 ? across : rows * columns === 1 ? squareSide(images) : null
  const make = (cell: number): Grid => {
    const [w, h] = [columns * cell + margin, rows * cell + margin]
    const fits = Math.max(1, Math.floor((width + gap) / (w + gap)))
    // As many lines as are needed, each as full as the others.
    const perLine = Math.max(1, fixed ?? Math.ceil(images / Math.ceil(images / fits)))
    const lines = Math.ceil(images / perLine)
    return {
      shown,
      layout,
      images,
      perLine,
      rows,
      columns,
      cell,
      gap,
      margin,
      width: perLine * (w + gap) - gap,
      height: lines * (h + gap) - gap,
    }
  }
  for (let cell = largestCell; cell > 1; cell--) {
    const grid = make(cell)
    if (grid.width <= width && grid.height <= tallest) return grid
  }
  return make(1)
}

/** Left upper corner of an image's cells. */
export function cornerOf(grid: Grid, image: number): readonly [x: number, y: number] {
  const { perLine, columns, rows, cell, gap, margin } = grid
  return [
    (image % perLine) * (columns * cell + margin + gap) + margin,
    Math.floor(image / perLine) * (rows * cell + margin + gap) + margin,
  ]
}

export function cellAt(grid: Grid, x: number, y: number): Cell | null {
  const { perLine, columns, rows, cell, gap, margin, images } = grid
  const [stepX, stepY] = [columns * cell + margin + gap, rows * cell + margin + gap]
  const [atX, atY] = [Math.floor(x / stepX), Math.floor(y / stepY)]
  const image = atY * perLine + atX
  const column = Math.floor((x - atX * stepX - margin) / cell)
  const row = Math.floor((y - atY * stepY - margin) / cell)
  const inside = row >= 0 && row < rows && column >= 0 && column < columns
  return x < 0 || y < 0 || atX >= perLine || image >= images || !inside ? null : { image, row, column }
}

/** The cell beside one, over the edges of images; the same where there is none. */
export function neighbour(grid: Grid, { image, row, column }: Cell, dx: number, dy: number): Cell {
  const { perLine, columns, rows, images } = grid
  const lines = Math.ceil(images / perLine)
  const x = (image % perLine) * columns + column + dx
  const y = Math.floor(image / perLine) * rows + row + dy
  if (x < 0 || y < 0 || x >= perLine * columns || y >= lines * rows) return { image, row, column }
  const next = Math.floor(y / rows) * perLine + Math.floor(x / columns)
  return next >= images ? { image, row, column } : { image: next, row: y % rows, column: x % columns }
}

/** Puts the place along joined axes into each of them. */
function spread(shown: readonly number[], axes: readonly number[], place: number, index: number[]): void {
  let rest = place
  for (const axis of [...axes].reverse()) {
    const size = shown[axis] ?? 1
    index[axis] = rest % size
    rest = Math.floor(rest / size)
  }
}

/** Place of a cell's number along every axis of the tensor. */
export function indexOf({ shown, layout }: Grid, { image, row, column }: Cell): readonly number[] {
  const index = shown.map(() => 0)
  spread(shown, [...layout.gridRows, ...layout.gridColumns], image, index)
  spread(shown, layout.rows, row, index)
  spread(shown, layout.columns, column, index)
  return index
}

/** Where the number at an index stands among those of the cut-out. */
export function offsetOf(shown: readonly number[], index: readonly number[]): number {
  return index.reduce((offset, at, axis) => offset * (shown[axis] ?? 1) + at, 0)
}
