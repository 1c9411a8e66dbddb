/**
 * A recurrent cell walked along whole sequences, and back: one product of all sequences a step, whose weights were packed
 * once. Sums lie in the order of the sequence, outputs in that of the steps. Kept of a step is what the way back needs.
 */
import { all, bend4, slope4, slopeAt4, tellsSlope } from './functions'
import { madd } from './lanes'
import { packPanels, panelProduct } from './product'

const SIMPLE: i32 = 0
const LSTM: i32 = 1
const GRU: i32 = 2

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function gatesOf(cell: i32): i32 {
  return cell == LSTM ? 4 : cell == GRU ? 3 : 1
}

/** Numbers kept of a step, as multiples of the units. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function keptOf(cell: i32): i32 {
  return cell == LSTM ? 6 : cell == GRU ? 4 : 1
}

/** What is kept of z, where y = f(z): y itself where that tells the slope. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function keep4(name: i32, z: v128, y: v128): v128 {
  return tellsSlope(name) ? y : z
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function value4(name: i32, kept: v128): v128 {
  return tellsSlope(name) ? kept : bend4(name, kept)
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function slopeOf4(name: i32, kept: v128): v128 {
  return tellsSlope(name) ? slopeAt4(name, kept) : slope4(name, kept)
}

/** Numbers of room that `walk` and `walkBack` need. */
export function walkRoom(cell: i32, batch: i32, units: i32): i32 {
  const width = gatesOf(cell) * units
  const panels = max(units * ((width + 7) & ~7), width * ((units + 7) & ~7))
  return panels + batch * (2 * width + 2 * units) + 64
}

/** Up to four numbers, of which the missing are zero. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function take(at: usize, left: i32): v128 {
  if (left >= 4) return v128.load(at)
  let v = v128.load32_zero(at)
  if (left > 1) v = f32x4.replace_lane(v, 1, f32.load(at, 4))
  if (left > 2) v = f32x4.replace_lane(v, 2, f32.load(at, 8))
  return v
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function put(at: usize, v: v128, left: i32): void {
  if (left >= 4) {
    v128.store(at, v)
    return
  }
  f32.store(at, f32x4.extract_lane(v, 0))
  if (left > 1) f32.store(at, f32x4.extract_lane(v, 1), 4)
  if (left > 2) f32.store(at, f32x4.extract_lane(v, 2), 8)
}

/**
 * @param earlier the states before each step [batch, time, units], in the order of the sequence
 * @param initialMemory an LSTM's memory before the first step
 * @param memory an LSTM's memory: after the last step, and on the way
 * @param bias of the recurrent product, or 0
 */
export function walk(
  cell: i32,
  activation: i32,
  gate: i32,
  batch: i32,
  time: i32,
  units: i32,
  backwards: i32,
  sequences: i32,
  sums: usize,
  recurrent: usize,
  initial: usize,
  initialMemory: usize,
  bias: usize,
  y: usize,
  kept: usize,
  earlier: usize,
  memory_: usize,
  room: usize,
): void {
  const gates = gatesOf(cell)
  const width = gates * units
  const u4 = <usize>units << 2
  const keptRow = <usize>(keptOf(cell) * units) << 2
  const spare = (room + 15) & ~15
  const h = spare + 192
  const own = h + <usize>batch * u4
  const panels = own + <usize>batch * (<usize>width << 2)
  packPanels(recurrent, <usize>width << 2, false, units, width, panels)
  memory.copy(h, initial, <usize>batch * u4)
  if (cell == LSTM) memory.copy(memory_, initialMemory, <usize>batch * u4)
  for (let step: i32 = 0; step < time; step++) {
    const t = backwards ? time - 1 - step : step
    panelProduct(batch, width, units, h, u4, panels, own, <usize>width << 2, bias ? 2 : 0, bias, spare)
    for (let b: i32 = 0; b < batch; b++) {
      const place = <usize>(b * time + t)
      const s = sums + place * (<usize>width << 2)
      const r = own + <usize>b * (<usize>width << 2)
      const k = kept + place * keptRow
      const e = earlier + place * u4
      const hb = h + <usize>b * u4
      const cb = memory_ + <usize>b * u4
      for (let u: i32 = 0; u < units; u += 4) {
        const left = units - u
        const at = <usize>u << 2
        const before = take(hb + at, left)
        put(e + at, before, left)
        let next: v128
        if (cell == LSTM) {
          const zi = f32x4.add(take(s + at, left), take(r + at, left))
          const zf = f32x4.add(take(s + u4 + at, left), take(r + u4 + at, left))
          const zg = f32x4.add(take(s + 2 * u4 + at, left), take(r + 2 * u4 + at, left))
          const zo = f32x4.add(take(s + 3 * u4 + at, left), take(r + 3 * u4 + at, left))
          const i = bend4(gate, zi)
          const f = bend4(gate, zf)
          const g = bend4(activation, zg)
          const o = bend4(gate, zo)
          const old = take(cb + at, left)
          const c = madd(f, old, f32x4.mul(i, g))
          const shown = bend4(activation, c)
          next = f32x4.mul(o, shown)
          put(k + at, keep4(gate, zi, i), left)
          put(k + u4 + at, keep4(gate, zf, f), left)
          put(k + 2 * u4 + at, keep4(activation, zg, g), left)
          put(k + 3 * u4 + at, keep4(gate, zo, o), left)
          put(k + 4 * u4 + at, old, left)
          put(k + 5 * u4 + at, keep4(activation, c, shown), left)
          put(cb + at, c, left)
        } else if (cell == GRU) {
          const zz = f32x4.add(take(s + at, left), take(r + at, left))
          const zr = f32x4.add(take(s + u4 + at, left), take(r + u4 + at, left))
          const proposal = take(r + 2 * u4 + at, left)
          const open = bend4(gate, zz)
          const reset = bend4(gate, zr)
          const zg = madd(reset, proposal, take(s + 2 * u4 + at, left))
          const g = bend4(activation, zg)
          next = madd(open, f32x4.sub(before, g), g)
          put(k + at, keep4(gate, zz, open), left)
          put(k + u4 + at, keep4(gate, zr, reset), left)
          put(k + 2 * u4 + at, keep4(activation, zg, g), left)
          put(k + 3 * u4 + at, proposal, left)
        } else {
          const z = f32x4.add(take(s + at, left), take(r + at, left))
          next = bend4(activation, z)
          put(k + at, keep4(activation, z, next), left)
        }
        put(hb + at, next, left)
        if (sequences) put(y + <usize>(b * time + step) * u4 + at, next, left)
      }
    }
  }
  if (!sequences) memory.copy(y, h, <usize>batch * u4)
}

/**
 * @param drecurrent a GRU's gradients of its recurrent products [batch, time, 3 units]; of other cells they are dsums
 * @param dmemory an LSTM's gradient of its last memory, or 0
 */
export function walkBack(
  cell: i32,
  activation: i32,
  gate: i32,
  batch: i32,
  time: i32,
  units: i32,
  backwards: i32,
  sequences: i32,
  dy: usize,
  dmemory: usize,
  kept: usize,
  earlier: usize,
  recurrent: usize,
  dsums: usize,
  drecurrent: usize,
  dinitial: usize,
  dinitialMemory: usize,
  room: usize,
): void {
  const width = gatesOf(cell) * units
  const u4 = <usize>units << 2
  const w4 = <usize>width << 2
  const keptRow = <usize>(keptOf(cell) * units) << 2
  const spare = (room + 15) & ~15
  const straight = spare + 192
  const panels = straight + <usize>batch * u4
  const dh = dinitial
  const dc = dinitialMemory
  // The recurrent kernel with its axes changed: [gates · units, units].
  packPanels(recurrent, w4, true, width, units, panels)
  if (sequences) memory.fill(dh, 0, <usize>batch * u4)
  else memory.copy(dh, dy, <usize>batch * u4)
  if (cell == LSTM) {
    if (dmemory) memory.copy(dc, dmemory, <usize>batch * u4)
    else memory.fill(dc, 0, <usize>batch * u4)
  }
  const through = cell == GRU ? drecurrent : dsums
  for (let step = time - 1; step >= 0; step--) {
    const t = backwards ? time - 1 - step : step
    for (let b: i32 = 0; b < batch; b++) {
      const place = <usize>(b * time + t)
      const k = kept + place * keptRow
      const ds = dsums + place * w4
      const dr = drecurrent + place * w4
      const e = earlier + place * u4
      const hb = dh + <usize>b * u4
      const cb = dc + <usize>b * u4
      const d_ = dy + <usize>(b * time + step) * u4
      for (let u: i32 = 0; u < units; u += 4) {
        const left = units - u
        const at = <usize>u << 2
        let back = take(hb + at, left)
        if (sequences) back = f32x4.add(back, take(d_ + at, left))
        if (cell == LSTM) {
          const ki = take(k + at, left)
          const kf = take(k + u4 + at, left)
          const kg = take(k + 2 * u4 + at, left)
          const ko = take(k + 3 * u4 + at, left)
          const old = take(k + 4 * u4 + at, left)
          const kc = take(k + 5 * u4 + at, left)
          const d = madd(f32x4.mul(back, value4(gate, ko)), slopeOf4(activation, kc), take(cb + at, left))
          put(ds + at, f32x4.mul(f32x4.mul(d, value4(activation, kg)), slopeOf4(gate, ki)), left)
          put(ds + u4 + at, f32x4.mul(f32x4.mul(d, old), slopeOf4(gate, kf)), left)
          put(ds + 2 * u4 + at, f32x4.mul(f32x4.mul(d, value4(gate, ki)), slopeOf4(activation, kg)), left)
          put(ds + 3 * u4 + at, f32x4.mul(f32x4.mul(back, value4(activation, kc)), slopeOf4(gate, ko)), left)
          put(cb + at, f32x4.mul(d, value4(gate, kf)), left)
        } else if (cell == GRU) {
          const kz = take(k + at, left)
          const kr = take(k + u4 + at, left)
          const kg = take(k + 2 * u4 + at, left)
          const proposal = take(k + 3 * u4 + at, left)
          const before = take(e + at, left)
          const open = value4(gate, kz)
          const dg = f32x4.mul(f32x4.mul(back, f32x4.sub(all(1), open)), slopeOf4(activation, kg))
          const dz = f32x4.mul(f32x4.mul(back, f32x4.sub(before, value4(activation, kg))), slopeOf4(gate, kz))
          const dreset = f32x4.mul(f32x4.mul(dg, proposal), slopeOf4(gate, kr))
          const dproposal = f32x4.mul(dg, value4(gate, kr))
          put(ds + at, dz, left)
          put(ds + u4 + at, dreset, left)
          put(ds + 2 * u4 + at, dg, left)
          put(dr + at, dz, left)
          put(dr + u4 + at, dreset, left)
          put(dr + 2 * u4 + at, dproposal, left)
          put(straight + <usize>b * u4 + at, f32x4.mul(back, open), left)
        } else {
          put(ds + at, f32x4.mul(back, slopeOf4(activation, take(k + at, left))), left)
        }
      }
    }
    if (cell == GRU) memory.copy(dh, straight, <usize>batch * u4)
    panelProduct(
      batch, units, width, through + <usize>t * w4, <usize>time * w4, panels, dh, u4, cell == GRU ? 1 : 0, 0, spare,
    )
  }
}
