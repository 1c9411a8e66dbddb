/**
 * Convolutions over images and their gradients as products: windows of the image are laid out as rows, a few at a time so
 * that they stay near. Images are [batch, height, width, channels], filters [height, width, in, out].
 */
import { product } from './product'

/** Copies n numbers; a loop, since most runs are short. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function copy(n: i32, from: usize, to: usize): void {
  const end = from + (<usize>(n & ~3) << 2)
  while (from < end) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  for (let i: i32 = 0; i < (n & 3); i++) {
    f32.store(to, f32.load(from))
    from += 4
    to += 4
  }
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function clear(n: i32, to: usize): void {
  const end = to + (<usize>(n & ~3) << 2)
  while (to < end) {
    v128.store(to, f32x4.splat(0))
    to += 16
  }
  for (let i: i32 = 0; i < (n & 3); i++) {
    f32.store(to, 0)
    to += 4
  }
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function add(n: i32, from: usize, to: usize): void {
  const end = from + (<usize>(n & ~3) << 2)
  while (from < end) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
    from += 16
    to += 16
  }
  for (let i: i32 = 0; i < (n & 3); i++) {
    f32.store(to, f32.load(to) + f32.load(from))
    from += 4
    to += 4
  }
}

/**
 * Windows `first` to `first + count` of an image as rows (`back`: adds the rows to the image instead). A row is a window's
 * numbers as the filter has them; what lies outside the image is zero.
 */
export function windows(
  first: i32,
  count: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  height: i32,
  width: i32,
  down: i32,
  across: i32,
  spreadDown: i32,
  spreadAcross: i32,
  top: i32,
  left: i32,
  image: usize,
  rows: usize,
  back: bool,
): void {
  const pixel = <usize>channels << 2
  let ox = first % outWidth
  let oy = (first / outWidth) % outHeight
  let b = first / outWidth / outHeight
  for (let i: i32 = 0; i < count; i++) {
    const x0 = ox * across - left
    for (let ky: i32 = 0; ky < height; ky++) {
      const y = oy * down - top + ky * spreadDown
      if (y < 0 || y >= inHeight) {
        if (!back) clear(width * channels, rows)
        rows += <usize>width * pixel
        continue
      }
      const line = image + <usize>((b * inHeight + y) * inWidth) * pixel
      if (spreadAcross == 1) {
        const from = max(0, -x0)
        const to = max(from, min(width, inWidth - x0))
        if (!back) {
          if (from > 0) clear(min(from, width) * channels, rows)
          if (to < width) clear((width - to) * channels, rows + <usize>to * pixel)
        }
        if (from < width && to > from) {
          const run = (to - from) * channels
          const there = line + <usize>(x0 + from) * pixel
          const here = rows + <usize>from * pixel
          if (back) add(run, here, there)
          else copy(run, there, here)
        }
      } else {
        for (let kx: i32 = 0; kx < width; kx++) {
          const x = x0 + kx * spreadAcross
          const here = rows + <usize>kx * pixel
          const inside = x >= 0 && x < inWidth
          if (back) {
            if (inside) add(channels, here, line + <usize>x * pixel)
          } else if (inside) copy(channels, line + <usize>x * pixel, here)
          else clear(channels, here)
        }
      }
      rows += <usize>width * pixel
    }
    ox++
    if (ox == outWidth) {
      ox = 0
      oy++
      if (oy == outHeight) {
        oy = 0
        b++
      }
    }
  }
}

/** What to work out: the result, the filter's gradient, the image's gradient. */
const FORWARD: i32 = 0
const FILTER: i32 = 1
const IMAGE: i32 = 2

/**
 * kind 0: y = x * filter (flags and bias as in `product`); 1: dfilter from x and dy; 2: dx from dy and the filter, of
 * which the caller says what is `x`, `filter` and `y`. `most` windows fit at `room`.
 */
export function convolve(
  kind: i32,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  height: i32,
  width: i32,
  down: i32,
  across: i32,
  spreadDown: i32,
  spreadAcross: i32,
  top: i32,
  left: i32,
  x: usize,
  filter: usize,
  y: usize,
  flags: i32,
  bias: usize,
  scratch: usize,
  room: usize,
  most: i32,
): void {
  const total = batch * outHeight * outWidth
  const size = height * width * channels
  // A filter of one pixel sees the image itself as rows.
  const plain = height == 1 && width == 1 && down == 1 && across == 1 && top == 0 && left == 0 &&
    inHeight == outHeight && inWidth == outWidth
  const each = plain ? max(1, total) : most
  if (kind == IMAGE && !plain) memory.fill(x, 0, <usize>(batch * inHeight * inWidth * channels) << 2)
  if (kind == FILTER && total == 0) memory.fill(filter, 0, <usize>(size * outChannels) << 2)
  for (let first: i32 = 0; first < total; first += each) {
    const count = min(each, total - first)
    const rows = plain ? x : room
    const out = y + (<usize>first * <usize>outChannels << 2)
    if (kind != IMAGE && !plain)
      windows(
        first, count, inHeight, inWidth, channels, outHeight, outWidth, height, width, down, across, spreadDown,
        spreadAcross, top, left, x, rows, false,
      )
    if (kind == FORWARD)
      product(count, outChannels, size, rows, size, 0, filter, outChannels, 0, out, outChannels, flags, bias, scratch)
    else if (kind == FILTER)
      product(size, outChannels, count, rows, size, 1, out, outChannels, 0, filter, outChannels, first > 0 ? 1 : 0, 0, scratch)
    else {
      product(count, size, outChannels, out, outChannels, 0, filter, outChannels, 1, rows, size, 0, 0, scratch)
      if (!plain)
        windows(
          first, count, inHeight, inWidth, channels, outHeight, outWidth, height, width, down, across, spreadDown,
          spreadAcross, top, left, x, rows, true,
        )
    }
  }
}

/**
 * The gradient of max pooling: all of dy goes to the first largest number of its window. dx is cleared first.
 */
export function maxPoolBack(
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  height: i32,
  width: i32,
  down: i32,
  across: i32,
  spreadDown: i32,
  spreadAcross: i32,
  top: i32,
  left: i32,
  x: usize,
  dy: usize,
  dx: usize,
): void {
  memory.fill(dx, 0, <usize>(batch * inHeight * inWidth * channels) << 2)
  const four = channels & ~3
  for (let b: i32 = 0; b < batch; b++)
    for (let oy: i32 = 0; oy < outHeight; oy++)
      for (let ox: i32 = 0; ox < outWidth; ox++) {
        const y0 = oy * down - top
        const x0 = ox * across - left
        for (let c: i32 = 0; c < four; c += 4) {
          let best = f32x4.splat(-Infinity)
          let where = i32x4.splat(-1)
          for (let ky: i32 = 0; ky < height; ky++) {
            const py = y0 + ky * spreadDown
            if (py < 0 || py >= inHeight) continue
            for (let kx: i32 = 0; kx < width; kx++) {
              const px = x0 + kx * spreadAcross
              if (px < 0 || px >= inWidth) continue
              const at = ((b * inHeight + py) * inWidth + px) * channels + c
              const value = v128.load(x + (<usize>at << 2))
              const more = f32x4.gt(value, best)
              best = v128.bitselect(value, best, more)
              where = v128.bitselect(i32x4.splat(at), where, more)
            }
          }
          give(dx, dy, i32x4.extract_lane(where, 0), 0)
          give(dx, dy + 4, i32x4.extract_lane(where, 1), 4)
          give(dx, dy + 8, i32x4.extract_lane(where, 2), 8)
          give(dx, dy + 12, i32x4.extract_lane(where, 3), 12)
          dy += 16
        }
        for (let c = four; c < channels; c++) {
          let best: f32 = -Infinity
          let where: i32 = -1
          for (let ky: i32 = 0; ky < height; ky++) {
            const py = y0 + ky * spreadDown
            if (py < 0 || py >= inHeight) continue
            for (let kx: i32 = 0; kx < width; kx++) {
              const px = x0 + kx * spreadAcross
              if (px < 0 || px >= inWidth) continue
              const at = ((b * inHeight + py) * inWidth + px) * channels + c
              const value = f32.load(x + (<usize>at << 2))
              if (value > best) {
                best = value
                where = at
              }
            }
          }
          give(dx, dy, where, 0)
          dy += 4
        }
      }
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function give(dx: usize, dy: usize, where: i32, shift: usize): void {
  if (where < 0) return
  const at = dx + (<usize>where << 2) + shift
  f32.store(at, f32.load(at) + f32.load(dy))
}

/** Rows of x added up by id, in order; an id outside is nobody's. */
export function segmentSum(rows: i32, width: i32, segments: i32, x: usize, ids: usize, y: usize): void {
  const step = <usize>width << 2
  memory.fill(y, 0, <usize>segments * step)
  for (let row: i32 = 0; row < rows; row++) {
    const id = i32.load(ids + (<usize>row << 2))
    if (id >= 0 && id < segments) add(width, x, y + <usize>id * step)
    x += step
  }
}

/** Rows of x by number, one after the other; a number outside gives zeros. */
export function gatherRows(count: i32, width: i32, rows: i32, x: usize, ids: usize, y: usize): void {
  const step = <usize>width << 2
  for (let i: i32 = 0; i < count; i++) {
    const id = i32.load(ids + (<usize>i << 2))
    if (id >= 0 && id < rows) copy(width, x + <usize>id * step, y)
    else clear(width, y)
    y += step
  }
}
