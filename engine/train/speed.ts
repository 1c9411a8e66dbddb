/**
 * Steps a second over about the last second of running, by the steps whose numbers have arrived: a GPU is given work
 * long before it is done. Pauses and evaluations do not count.
 */

export interface Speedometer {
  /** So many more steps have arrived. */
  add(steps: number): void
  /** Forgets what was before: training stood still in between. */
  restart(): void
  stepsPerSecond(): number
}

const windowMilliseconds = 1000

/** `now` gives milliseconds. */
export function createSpeedometer(now: () => number): Speedometer {
  let marks: { readonly time: number; readonly step: number }[] = [{ time: now(), step: 0 }]
  let step = 0
  let rate = 0
  return {
    add(steps) {
      step += steps
      const time = now()
      const first = marks[0]
      if (first === undefined || time <= first.time) return
      rate = ((step - first.step) * 1000) / (time - first.time)
      const last = marks.at(-1)
      if (last !== undefined && time - last.time < windowMilliseconds / 10) return
      marks = [...marks.filter((mark) => time - mark.time < windowMilliseconds), { time, step }]
    },
    restart() {
      marks = [{ time: now(), step }]
    },
    stepsPerSecond: () => rate,
  }
}
