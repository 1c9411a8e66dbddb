/** How nodes are called: the weights that a card speaks of, and the names along a path through blocks. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { cardModels, footText } from '../../../renderer/canvas/card-model'
import { pathName } from '../../../renderer/ui/node-name'

function example(name: string) {
  const read = readDocument(readFileSync(`examples/${name}.wiregrad`, 'utf8'))
  if (!read.ok) throw new Error(read.message)
  return read.document
}

it('a card says that its weights are another’s, and not that there are none', () => {
  const document = example('ring-gan')
  const models = cardModels(document, analyse(document, catalogue), catalogue, new Map())
  const foot = (id: string) => {
    const model = models.get(id)
    return model === undefined ? null : footText(model)
  }
  expect([foot('d_real'), foot('d_fake'), foot('noise')]).toEqual([
    '4,417 params',
    'shared weights',
    'no weights',
  ])
})

it('a path through blocks is told by the names on it; copies keep their numbers, and what has no name its id', () => {
  const document = example('tiny-transformer')
  const encoder = Object.values(document.blocks)[0]
  const labels = Object.entries(encoder?.nodes ?? {}).map(([id, { label }]) => [id, label ?? id] as const)
  expect(labels.some(([id, label]) => id !== label)).toBe(true)
  for (const [id, label] of labels) {
    expect(pathName(document, `encoder/1/${id}`)).toBe(`Encoder/1/${label}`)
    expect(pathName(document, `encoder/1/${id}`, 1)).toBe(`1/${label}`)
  }
  const { label: _, ...bare } = document.nodes['encoder'] ?? { type: 'block', params: {} }
  const unnamed = { ...document, nodes: { ...document.nodes, encoder: bare as never } }
  expect(pathName(unnamed, 'encoder/1/none'), 'the name of the block').toBe(`${encoder?.name}/1/none`)
  expect(pathName(document, 'gone/0/constructor')).toBe('gone/0/constructor')
})
