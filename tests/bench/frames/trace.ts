/**
 * Reads a Chromium trace: what the page's main thread did, in processor time, task by task and frame by frame. Time on
 * the clock would measure the other programs of the machine, and rasterising is done by other threads and processes,
 * which a computer with a GPU does not trouble the processor with.
 */
import type { CDPSession, Page } from '@playwright/test'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly cat: string
  readonly pid: number
  readonly tid: number
  /** Microseconds: on the clock, how long it took there, and how long the processor worked on it. */
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } }
}

interface Task {
  readonly start: number
  readonly end: number
  /** Milliseconds of processor time. */
  readonly work: number
}

/** The main thread of the page between the beginning and the end of a recording. */
export interface Trace {
  readonly tasks: readonly Task[]
  /** Where frames were handed to the compositor, in microseconds of the clock. */
  readonly frames: readonly number[]
  /** Where `performance.mark` was called, by name. */
  readonly marks: ReadonlyMap<string, readonly number[]>
  /** Milliseconds of processor time by what the main thread was doing, the longest first: to find what costs. */
  readonly parts: readonly (readonly [name: string, milliseconds: number])[]
}

const categories = [
  'blink',
  'toplevel',
  'devtools.timeline',
  'blink.user_timing',
  'disabled-by-default-devtools.timeline',
  '__metadata',
]

async function readStream(cdp: CDPSession, handle: string): Promise<string> {
  const parts: string[] = []
  for (;;) {
    const { data, eof, base64Encoded } = await cdp.send('IO.read', { handle, size: 1 << 22 })
    parts.push(base64Encoded === true ? Buffer.from(data, 'base64').toString('utf8') : data)
    if (eof) break
  }
  await cdp.send('IO.close', { handle })
  return parts.join('')
}

/** Records while `work` runs; where that throws, tracing ends too, for a browser traces one thing at a time. */
export async function record(page: Page, work: () => Promise<void>): Promise<Trace> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('The page must belong to a browser that was started here.')
  const cdp = await browser.newBrowserCDPSession()
  const name = `frames-${Math.random().toString(36).slice(2)}`
  await cdp.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: categories },
  })
  let text: string
  try {
    // Tells which of the browser's processes and threads is this page's.
    await page.evaluate((mark) => void performance.mark(mark), name)
    await work()
  } finally {
    const complete = new Promise<string>((resolve, reject) => {
      cdp.once('Tracing.tracingComplete', ({ stream, dataLossOccurred }) => {
        if (dataLossOccurred || stream === undefined) reject(new Error('The browser lost part of the trace.'))
        else resolve(stream)
      })
    })
    await cdp.send('Tracing.end')
    text = await readStream(cdp, await complete)
    await cdp.detach()
  }
  const read = JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] }
  return mainThread(read.traceEvents, name)
}

function mainThread(events: readonly TraceEvent[], name: string): Trace {
  const marked = events.find((event) => event.name === name)
  if (marked === undefined) throw new Error('The trace must show the page that was measured.')
  const own = events
    .filter(({ pid, tid, ts }) => pid === marked.pid && tid === marked.tid && ts >= marked.ts)
    .sort((a, b) => a.ts - b.ts)
  const marks = new Map<string, number[]>()
  for (const event of own)
    if (event.cat.includes('blink.user_timing'))
      marks.set(event.name, [...(marks.get(event.name) ?? []), event.ts])
  return {
    tasks: tasksOf(own),
    frames: own.filter(({ name: kind }) => kind === 'Commit').map(({ ts }) => ts),
    marks,
    parts: partsOf(own),
  }
}

/** Without a GPU a canvas is rasterised where its frame is handed on, on the main thread. */
const rasterising = 'Canvas2DResourceProviderSharedImage::ProduceCanvasResource'

/** A task may run others within itself (a dialog's loop): those are in its time already. */
function tasksOf(events: readonly TraceEvent[]): Task[] {
  const tasks: { start: number; end: number; work: number }[] = []
  for (const { ph, name, ts, dur = 0, tdur = 0 } of events) {
    if (ph !== 'X') continue
    const last = tasks.at(-1)
    if (last !== undefined && ts < last.end) {
      if (name === rasterising) last.work -= tdur / 1000
    } else if (name.endsWith('RunTask')) tasks.push({ start: ts, end: ts + dur, work: tdur / 1000 })
  }
  return tasks
}

/** Each event's own processor time, without that of the events inside it. */
function partsOf(events: readonly TraceEvent[]): Trace['parts'] {
  const sums = new Map<string, number>()
  const open: { readonly name: string; readonly end: number }[] = []
  const add = (name: string, milliseconds: number) => sums.set(name, (sums.get(name) ?? 0) + milliseconds)
  for (const { ph, ts, dur = 0, tdur = 0, name, args } of events) {
    if (ph !== 'X') continue
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= ts) open.pop()
    const outer = open.at(-1)
    if (outer !== undefined) add(outer.name, -tdur / 1000)
    const called = name === 'EventDispatch' ? `${name} ${args?.data?.type ?? ''}` : name
    add(called, tdur / 1000)
    open.push({ name: called, end: ts + dur })
  }
  return [...sums].sort(([, a], [, b]) => b - a)
}

/**
 * Work for each frame: input, timers and messages, script, style, layout and paint, from after the task that committed
 * the frame before to the end of the task that committed this one.
 */
export function workPerFrame({ tasks, frames }: Trace): number[] {
  const works: number[] = []
  let work = 0
  let next = 0
  for (const task of tasks) {
    work += task.work
    if ((frames[next] ?? Infinity) > task.end) continue
    while ((frames[next] ?? Infinity) <= task.end) next += 1
    works.push(work)
    work = 0
  }
  return works
}

/** For each mark `from`: the processor time from the task that set it to the end of the frame after the next mark `to`. */
export function workBetween({ tasks, frames, marks }: Trace, from: string, to: string): number[] {
  return (marks.get(from) ?? []).map((begin) => {
    const done = marks.get(to)?.find((mark) => mark > begin)
    if (done === undefined) throw new Error(`"${to}" must follow "${from}" in the trace.`)
    const shown = frames.find((frame) => frame > done) ?? Infinity
    return tasks
      .filter(({ start, end }) => end > begin && start < shown)
      .reduce((sum, { work }) => sum + work, 0)
  })
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}
