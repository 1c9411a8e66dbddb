/** A run's numbers as a table and as a picture. */
import { expect, test } from 'vitest'
import type { Run } from '../../../engine/session/runs'
import { curvesCsv, curvesSvg, ticks } from '../../../renderer/picture/curves'

/** As much of a run as curves are drawn from. */
function run(parts: Partial<Run> = {}): Run {
  const accuracy = Float64Array.of(0.5, 0.75, 1)
  return {
    names: ['accuracy', 'a,"b"'],
    length: 3,
    steps: Float64Array.of(1, 2, 3),
    loss: Float64Array.of(2, Number.NaN, 0.25),
    values: (name: string) => (name === 'accuracy' ? accuracy : new Float64Array(0)),
    epochs: [
      { epoch: 1, step: 2, validation: { loss: 1.5, metrics: { accuracy: 0.7 } } },
      { epoch: 2, step: 4, validation: null },
    ],
    ...parts,
  } as unknown as Run
}

test('the table has a row a step, validation where it was measured, and quotes names', () => {
  expect(curvesCsv(run())).toBe(
    [
      'step,loss,accuracy,"a,""b""",validation loss,validation accuracy,"validation a,""b"""',
      '1,2,0.5,,,,',
      '2,NaN,0.75,,1.5,0.7,',
      '3,0.25,1,,,,',
      '',
    ].join('\n'),
  )
})

test('the picture has a chart for the loss and each metric, and carries the document', () => {
  const options = {
    document: '{"a": "<&>"}\n',
    name: 'n <1>',
    titleOf: (path: string) => path.toUpperCase(),
    colours: (token: string) => `[${token}]`,
    font: 'sans-serif',
    logLoss: true,
    smoothing: 0.5,
  }
  for (const given of [run(), run({ length: 0, epochs: [] }), run({ length: 1 })]) {
    const { svg, width, height } = curvesSvg({ run: given, ...options })
    expect(svg.match(/<g transform="translate\(\d+ \d+\)">\n<text[^>]*font-weight="600"/g)).toHaveLength(3)
    expect([width, height]).toEqual([1040, 560])
    expect(svg).toContain('<metadata id="wiregrad">{&quot;a&quot;: &quot;&lt;&amp;&gt;&quot;}')
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  }
})

test('ticks are round numbers within the range', () => {
  expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10])
  expect(ticks(0.13, 0.92, 4)).toEqual([0.2, 0.4, 0.6000000000000001, 0.8])
  expect(ticks(3, 3, 5)).toEqual([3])
})
