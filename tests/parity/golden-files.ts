/** Where jobs and PyTorch's answers are kept, and how the two are written so that a change can be read in a diff. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { curvesFile, type Curves } from './curves'
import type { Golden } from './job'

function fileOf(name: string): URL {
  return new URL(`./golden/${name}.json`, import.meta.url)
}

export function readGolden(name: string): Golden | null {
  const file = fileOf(name)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Golden) : null
}

/** One line for each step, array of numbers and other leaf; small enough to be looked at. */
export function writeGolden(name: string, golden: Golden): void {
  const entries = golden.entries.map(({ job, answer }) => `{"job":${lines(job)},\n"answer":${lines(answer)}}`)
  mkdirSync(new URL('.', fileOf(name)), { recursive: true })
  writeFileSync(
    fileOf(name),
    `{"torch":${JSON.stringify(golden.torch)},"entries":[\n${entries.join(',\n')}\n]}\n`,
  )
}

function lines(record: object): string {
  const fields = Object.entries(record).map(([key, value]: [string, unknown]) => {
    const spread = typeof value === 'object' && value !== null && !Array.isArray(value)
    const text = spread
      ? `{\n${Object.entries(value)
          .map(([inner, leaf]) => `${JSON.stringify(inner)}:${JSON.stringify(leaf)}`)
          .join(',\n')}}`
      : JSON.stringify(value)
    return `${JSON.stringify(key)}:${text}`
  })
  return `{${fields.join(',\n')}}`
}

export function readCurves(): Curves | null {
  const file = fileOf(curvesFile)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Curves) : null
}

/** A line for each net. */
export function writeCurves({ torch, curves }: Curves): void {
  const entries = curves.map((one) => JSON.stringify(one)).join(',\n')
  writeFileSync(fileOf(curvesFile), `{"torch":${JSON.stringify(torch)},"curves":[\n${entries}\n]}\n`)
}
