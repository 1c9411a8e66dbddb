/** Paints the cut-out of a tensor: a coloured cell for every number. */
import type { PaintTheme } from '../ui/paint-theme'
import { colourAt, ramp, type Scale } from './colours'
import { cornerOf, indexOf, offsetOf, type Cell, type Grid } from './picture-grid'

export interface PictureScene {
  readonly grid: Grid
  readonly values: Float32Array
  readonly scale: Scale
  readonly ratio: number
  readonly theme: PaintTheme
  /** The cell whose number is read. */
  readonly cursor: Cell | null
  /** Words along the rows and columns of every image; empty for none. */
  readonly rowLabels: readonly string[]
  readonly columnLabels: readonly string[]
}

/** One pixel a cell, to be drawn larger without smoothing. */
function imageOf(
  { grid, values, scale }: PictureScene,
  image: number,
  colours: Uint8ClampedArray,
): ImageData {
  const { rows, columns, shown } = grid
  const pixels = new ImageData(columns, rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[offsetOf(shown, indexOf(grid, { image, row, column }))] ?? NaN
      pixels.data.set([...colourAt(colours, scale, value), 255], 4 * (row * columns + column))
    }
  }
  return pixels
}

function paintLabels(context: CanvasRenderingContext2D, scene: PictureScene, x: number, y: number): void {
  const { grid, theme, rowLabels, columnLabels } = scene
  context.fillStyle = theme.muted
  context.font = `${Math.min(10, grid.cell)}px ${theme.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const [row, label] of rowLabels.entries())
    context.fillText(label, x - 3, y + (row + 0.5) * grid.cell, grid.margin - 3)
  context.textAlign = 'center'
  for (const [column, label] of columnLabels.entries())
    context.fillText(label, x + (column + 0.5) * grid.cell, y - grid.margin / 2, grid.cell)
}

export function paintPicture(context: CanvasRenderingContext2D, scene: PictureScene): void {
  const { grid, scale, ratio, theme, cursor } = scene
  const { rows, columns, cell } = grid
  const colours = ramp(scale.kind, theme)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, context.canvas.width / ratio, context.canvas.height / ratio)
  context.imageSmoothingEnabled = false
  const scratch = new OffscreenCanvas(Math.max(1, columns), Math.max(1, rows))
  const small = scratch.getContext('2d')
  if (small === null || rows * columns === 0) return
  for (let image = 0; image < grid.images; image++) {
    const [x, y] = cornerOf(grid, image)
    small.putImageData(imageOf(scene, image, colours), 0, 0)
    context.drawImage(scratch, x, y, columns * cell, rows * cell)
    if (grid.margin > 0) paintLabels(context, scene, x, y)
  }
  if (cursor === null) return
  const [x, y] = cornerOf(grid, cursor.image)
  // Light within dark, to be seen on every colour.
  for (const [colour, width] of [
    [theme.panel, 4],
    [theme.text, 2],
  ] as const) {
    context.lineWidth = width
    context.strokeStyle = colour
    context.strokeRect(x + cursor.column * cell - 1, y + cursor.row * cell - 1, cell + 2, cell + 2)
  }
}
