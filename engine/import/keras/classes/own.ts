/**
 * Layers of ours in a tfjs model (engine/layers/registration.ts): their settings are the node's own. tfjs has renamed
 * what it found in a configuration, but leaves a text alone.
 */
import * as z from 'zod'
import { refuse } from '../../../../nodes/kit/spec'
import { tensorsOf, type ForeignTensor } from '../foreign'
import { settingsOf, variables, type Rule } from '../known'

const nodeSchema = z.object({
  type: z.string(),
  p: z.record(z.string(), z.unknown()),
  ports: z.array(z.object({ port: z.string(), count: z.number().int().min(0).nullable() })),
  outputs: z.array(z.object({ port: z.string() })),
  weights: z.array(z.object({ name: z.string() })),
})

function parsed(text: unknown): z.infer<typeof nodeSchema> | null {
  if (typeof text !== 'string') return null
  try {
    return nodeSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const computed: Rule = (asked) => {
  const node = parsed(asked.config['node'])
  if (node === null) return refuse('Its settings are no node of Wiregrad.')
  const given = tensorsOf(asked.call)
  const inputs: Record<string, ForeignTensor | readonly ForeignTensor[]> = {}
  let at = 0
  for (const { port, count } of node.ports) {
    const first = given[at]
    if (count !== null) inputs[port] = given.slice(at, at + count)
    else if (first !== undefined) inputs[port] = first
    at += count ?? 1
  }
  if (at !== given.length) return refuse(`It takes ${at} values, but is called with ${given.length}.`)
  return {
    type: node.type,
    params: node.p,
    ours: true,
    inputs,
    outputs: node.outputs.map(({ port }) => port),
    variables: variables(node.weights.map(({ name }) => name)),
  }
}

const attention: Rule = (asked) => {
  const c = settingsOf(asked)
  const [query, ...given] = tensorsOf(asked.call)
  const ports = asked.config['inputs']
  const wired = Array.isArray(ports) ? (ports as readonly unknown[]) : []
  if (query === undefined || wired.length !== given.length)
    return refuse(`It takes ${wired.length + 1} values, but is called with ${given.length + 1}.`)
  const keySize = c.number('key_size', 1)
  const valueSize = c.number('value_size', keySize)
  const useBias = c.flag('use_bias', true)
  return c.known({
    type: 'multi-head-attention',
    params: {
      heads: c.number('heads', 1),
      keySize,
      valueSize: valueSize === keySize ? 0 : valueSize,
      useBias,
      causal: c.flag('causal', false),
    },
    inputs: {
      query,
      ...Object.fromEntries(wired.map((port, at) => [String(port), given[at] as ForeignTensor])),
    },
    variables: variables(
      ['query', 'key', 'value', 'output'].flatMap((part) => [
        `${part}_kernel`,
        ...(useBias ? [`${part}_bias`] : []),
      ]),
    ),
  })
}

const positions: Rule = (asked) => {
  const c = settingsOf(asked)
  return c.known({
    type: 'position-embedding',
    params: { length: c.number('length', 1) },
    variables: variables(['embeddings']),
  })
}

export const ownClasses: Readonly<Record<string, Rule>> = {
  WiregradNode: computed,
  WiregradMultiHeadAttention: attention,
  WiregradPositionEmbedding: positions,
}
