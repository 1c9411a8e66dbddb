/**
 * Models in and out of the window: every format from the menu, other programs' files back in as one undoable edit, the
 * code that follows the graph, and blocks made and taken apart.
 */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { writeSafetensors } from '../../engine/export/safetensors'
import { expect, openWindow, test } from './support/app'

const picture = process.env['PICTURES']

async function shoot(page: Page, name: string): Promise<void> {
  if (picture !== undefined) await page.screenshot({ path: `${picture}/${name}.png` })
}

async function exported(page: Page, name: string): Promise<Buffer> {
  await page.getByRole('button', { name: 'File' }).click()
  await shoot(page, 'menu')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name }).click(),
  ])
  // Called like the document.
  const called = await page.locator('.document-name input').inputValue()
  expect(download.suggestedFilename().startsWith(called), download.suggestedFilename()).toBe(true)
  return readFile(await download.path())
}

async function openFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.keyboard.press('Control+O')
  await page
    .locator('dialog input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}

const cards = (page: Page) => page.locator('.react-flow__node-card')

test('a trained model goes out in every format, and comes back from Keras and ONNX as one edit', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/xor&backend=cpu')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Finished/, { timeout: 90_000 })

  const keras = await exported(page, 'Keras 3 model (.keras)')
  expect(keras.subarray(0, 2).toString()).toBe('PK')
  const h5 = await exported(page, 'Keras model, legacy (.h5)')
  expect(h5.subarray(1, 4).toString()).toBe('HDF')
  const onnx = await exported(page, 'ONNX (opset 17)')
  for (const format of ['Keras script and weights', 'PyTorch project', 'NumPy weights (.npz)'])
    expect((await exported(page, format)).subarray(0, 2).toString(), format).toBe('PK')

  const before = await cards(page).count()
  for (const [name, bytes] of [
    ['xor.keras', keras],
    ['xor.h5', h5],
  ] as const) {
    await openFile(page, name, bytes)
    await expect(page.getByText(`Imported ${name}`)).toBeVisible()
    await expect(cards(page)).toHaveCount(4)
    await shoot(page, name)
    await page.keyboard.press('Control+Z')
    await expect(cards(page)).toHaveCount(before)
  }
  await openFile(page, 'xor.onnx', onnx)
  await expect(page.getByText('Imported xor.onnx')).toBeVisible()
  await expect(cards(page)).toHaveCount(before)
  await openFile(page, 'broken.keras', Buffer.from('PK\u0003\u0004 and nothing else'))
  await expect(page.getByText(/"broken.keras" was not opened/)).toBeVisible()
})

test('weights of another program find their places by name, by shape and by hand', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/iris&backend=cpu')
  const bytes = (count: number) => new Uint8Array(new Float32Array(count).fill(0.5).buffer)
  const tensor = (...shape: number[]) => ({
    dtype: 'F32' as const,
    shape,
    bytes: bytes(shape.reduce((a, b) => a * b, 1)),
  })
  const file = writeSafetensors(
    new Map([
      ['hidden.weight', tensor(16, 4)],
      ['module.hidden.bias', tensor(16)],
      ['head.weight', tensor(3, 16)],
      ['another.kernel', tensor(3)],
    ]),
    {},
  )
  await openFile(page, 'theirs.safetensors', Buffer.from(file))
  const dialog = page.getByRole('dialog', { name: 'Weights from theirs.safetensors' })
  await expect(dialog.getByText('3 of 4 tensors')).toBeVisible()
  await shoot(page, 'weights')
  await dialog.getByLabel('Tensor for scores.bias').selectOption('another.kernel')
  await expect(dialog.getByText('4 of 4 tensors')).toBeVisible()
  await dialog.getByRole('button', { name: 'Take these weights' }).click()
  await expect(page.getByText('Took 4 weights from theirs.safetensors')).toBeVisible()
  const npz = await exported(page, 'NumPy weights (.npz)')
  expect(npz.subarray(0, 2).toString()).toBe('PK')
})

test('the code follows every edit', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/digits-cnn&backend=cpu')
  await page.getByRole('button', { name: 'Show or hide the code' }).click()
  const code = page.locator('.code-text')
  await expect(code).toContainText('class Model(nn.Module)')
  await shoot(page, 'code-pytorch')
  await page.getByRole('radio', { name: 'Keras 3' }).click()
  await expect(code).toContainText('layers.Conv2D(')
  await shoot(page, 'code-keras')
  await page.locator('.react-flow__node-card', { hasText: 'Conv2D' }).first().click()
  await page.getByLabel('Filters').fill('5')
  await expect(code).toContainText('filters=5')
  await page.getByRole('button', { name: 'Back to the charts' }).click()
  await expect(code).toHaveCount(0)
})

test('blocks are made of a selection, named, and taken apart by keyboard', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp&backend=cpu')
  const before = await cards(page).count()
  const dense = page.locator('.react-flow__node-card', { hasText: 'Dense' })
  await dense.first().click()
  await dense.nth(1).click({ modifiers: ['ControlOrMeta'] })
  await shoot(page, 'several')
  await page.keyboard.press('Control+G')
  await expect(cards(page)).toHaveCount(before - 1)
  await page.getByLabel('Block name').fill('Two layers')
  await expect(page.getByRole('button', { name: 'Add Two layers' })).toBeVisible()
  await page.getByText('Inside the block').click()
  await shoot(page, 'block')
  await page.getByRole('button', { name: 'Take apart' }).click()
  await expect(cards(page)).toHaveCount(before)
})

test('a published architecture opens, and says what training would take', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/architectures/gpt2-small&backend=cpu')
  await expect(page.getByText('124,439,808').first()).toBeVisible()
  await shoot(page, 'gpt2')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1024, height: 700 })
  await shoot(page, 'gpt2-light-small')
})
