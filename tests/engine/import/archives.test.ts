/** Zip archives on their way in: those of our own exports, and what people drop that is no model. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { writeZip } from '../../../engine/formats/zip'
import { importModel } from '../../../engine/import/import-model'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal } from '../../../nodes/kit/spec'

const keras = readFileSync(new URL('fixtures/images.keras', import.meta.url))
const some = new Uint8Array([1, 2, 3])

const given = (name: string, files: Readonly<Record<string, Uint8Array>>) =>
  importModel(new Map([[name, writeZip(new Map(Object.entries(files)))]]), catalogue)

async function refusal(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const answer = await given(name, files)
  return isRefusal(answer) ? answer.refused : 'was taken'
}

it('opens the model in an archive, whatever lies beside it', async () => {
  const alone = await importModel(new Map([['images.keras', keras]]), catalogue)
  const packed = await given('net-keras-script.zip', {
    '__MACOSX/._model.keras': some,
    'model.py': some,
    'net/model.keras': keras,
  })
  if (isRefusal(alone) || isRefusal(packed)) throw new Error('was refused')
  expect(packed.document.nodes).toEqual(alone.document.nodes)
  // The very archive that a .keras file is, under another name.
  expect(isRefusal(await importModel(new Map([['images.zip', keras]]), catalogue))).toBe(false)
})

it('reads model.json of an archive as a TensorFlow.js model', async () => {
  const files = {
    'web/model.json': new TextEncoder().encode('{}'),
    'web/weights.bin': some,
    'other.bin': some,
  }
  expect(await refusal('net-tfjs.zip', files)).toMatch(/model\.json/)
})

it('says of archives without a model what they hold', async () => {
  expect(await refusal('p.zip', { 'weights.safetensors': some })).toMatch(/holds weights .* Unpack it/)
  expect(await refusal('w.npz', { 'a.npy': some })).toMatch(/arrays of NumPy/)
  expect(await refusal('cats.zip', { 'cat/1.jpg': some })).toMatch(/pixels of each picture/)
  expect(await refusal('x.zip', { 'x.txt': some })).toMatch(/no model/)
})

it('opens no archive in an archive', async () => {
  const inner = writeZip(new Map([['again.onnx', some]]))
  expect(await refusal('outer.zip', { 'inner.onnx': inner })).toMatch(/holds another archive \(inner\.onnx\)/)
})
