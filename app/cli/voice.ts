/** How a run speaks: JSON for programs, a few readable lines for people. */
import { formatCount } from '../../engine/diagnose/format'
import type { Document } from '../../engine/graph/document'
import type { RunEvent } from '../../engine/session/protocol'
import { toJson, type EndLine, type ProgressLine, type ScoresLine } from '../../engine/session/lines'
import { figure, say, table } from './print'

type Started = Extract<RunEvent, { kind: 'started' }>

export interface Voice {
  readonly start: (started: Started) => void
  readonly line: (line: ProgressLine) => void
  readonly end: (line: EndLine) => void
}

export function startLine({ backend, parameters, seed }: Started) {
  return { type: 'start', backend: backend.name, adapter: backend.adapter, parameters, seed }
}

export const jsonVoice: Voice = {
  start: (started) => say(toJson(startLine(started))),
  line: (line) => say(toJson(line)),
  end: (line) => say(toJson(line)),
}

function scoreWords({ loss, metrics }: ScoresLine): string {
  return [
    `loss ${figure(loss)}`,
    ...Object.entries(metrics).map(([name, value]) => `${name} ${figure(value)}`),
  ].join('  ')
}

/** `every`: print every n-th step, or null for none; epochs are always said. */
export function voiceForPeople(document: Document, every: number | null): Voice {
  let last = ''
  return {
    start(started) {
      const { backend, samples } = started
      say(
        `${document.name}: ${formatCount(started.parameters)} parameters, seed ${started.seed}, on ${backend.name}${backend.adapter === '' ? '' : ` (${backend.adapter})`}`,
      )
      say(
        `samples: ${formatCount(samples.train)} to train on, ${formatCount(samples.validation)} for validation, ${formatCount(samples.test)} for the test`,
      )
    },
    line(line) {
      if (line.type === 'tick') {
        last = scoreWords({ ...line, samples: 0 })
        if (every !== null) say(`step ${line.step}  ${last}`)
      } else if (line.type === 'epoch') {
        say(`epoch ${line.epoch}  ${last}  ·  validation ${scoreWords(line.validation)}`)
      }
    },
    end(line) {
      const steps = `${formatCount(line.steps)} ${line.steps === 1 ? 'step' : 'steps'}`
      say(`${line.why} after ${steps} in ${line.seconds.toFixed(1)} s`)
      const rows = (['train', 'validation', 'test'] as const).flatMap((split) => {
        const scores = line[split]
        return scores === null
          ? []
          : [[split, figure(scores.loss), ...Object.values(scores.metrics).map(figure)]]
      })
      const names = Object.keys((line.train ?? line.validation ?? line.test)?.metrics ?? {})
      if (rows.length > 0)
        for (const text of table(
          [['', 'loss', ...names], ...rows],
          [1, ...names.map((_, index) => index + 2)],
        ))
          say(text)
    },
  }
}
