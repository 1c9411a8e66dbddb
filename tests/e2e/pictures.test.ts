/**
 * Pictures out of the window and back into it: the graph as SVG and PNG, the curves as PNG and CSV, and the drop of such
 * a picture, of a graph and of a whole run.
 */
import type { Download, Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { documentInPicture } from '../../renderer/state/pictures'
import { expect, openWindow, test } from './support/app'

async function exported(
  page: Page,
  item: string,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const waiting: Promise<Download> = page.waitForEvent('download')
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
  const download = await waiting
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

/** Drops files on the window, as the system would. */
async function drop(page: Page, files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  const given = Object.entries(files).map(
    ([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const,
  )
  await page.evaluate((all) => {
    const transfer = new DataTransfer()
    for (const [name, text] of all)
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name))
    const target = document.querySelector('.window')
    target?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }))
  }, given)
}

const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)] as const

test('graph and curves leave as pictures; a dropped picture, graph and run are opened', async ({
  page,
  wiregrad,
}, info) => {
  await openWindow(page, wiregrad, 'open=examples/xor&backend=cpu')
  const name = page.locator('.document-name input')
  const original = await readFile('examples/xor.wiregrad', 'utf8')

  const svg = await exported(page, 'Network as SVG')
  expect(svg.name).toMatch(/\.svg$/)
  expect(documentInPicture(svg.bytes)).toBe(original)
  const png = await exported(page, 'Network as PNG')
  expect(documentInPicture(png.bytes)).toBe(original)
  const [, width = 0, height = 0] =
    /width="(\d+)" height="(\d+)"/.exec(svg.bytes.toString())?.map(Number) ?? []
  expect(size(png.bytes)).toEqual([2 * width, 2 * height])

  // Curves come with a run.
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await expect(page.getByRole('menuitem', { name: 'Curves as CSV' })).toBeDisabled()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Done|Finished|Ended|Trained/i, { timeout: 60_000 })
  const csv = (await exported(page, 'Curves as CSV')).bytes.toString().trim().split('\n')
  expect(csv[0]).toMatch(/^step,loss,accuracy,validation loss,/)
  expect(csv.length).toBeGreaterThan(100)
  expect(Number(csv.at(-1)?.split(',')[1])).toBeLessThan(Number(csv[1]?.split(',')[1]))
  const curves = await exported(page, 'Curves as PNG')
  expect(documentInPicture(curves.bytes)).toBe(original)
  await info.attach('curves', { body: curves.bytes, contentType: 'image/png' })
  await info.attach('graph', { body: png.bytes, contentType: 'image/png' })

  // Another document; then the picture brings the first one back.
  await drop(page, { 'other.wiregrad': original.replace(/"name": "[^"]*"/, '"name": "another"') })
  await expect(name).toHaveValue('another')
  for (const [file, bytes] of Object.entries({
    'a.png': png.bytes,
    'b.SVG': svg.bytes,
    'c.png': curves.bytes,
  })) {
    await drop(page, { [file]: bytes })
    await expect(name).toHaveValue('XOR')
    await drop(page, { 'other.wiregrad': original.replace(/"name": "[^"]*"/, '"name": "another"') })
    await expect(name).toHaveValue('another')
  }
  await drop(page, { 'plain.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>' })
  await expect(page.getByText('This picture carries no network.')).toBeVisible()
  await expect(name).toHaveValue('another')

  // The run that the window has kept: graph, weights, facts and numbers.
  const kept = await page.evaluate(async () => {
    const token = sessionStorage.getItem('wiregrad-token') ?? ''
    const ask = (channel: string, arg: object) =>
      fetch('/bridge', {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'x-wiregrad-channel': channel,
          'x-wiregrad-token': token,
        },
        body: JSON.stringify(arg),
      })
    const { ok } = (await (await ask('run/list', {})).json()) as { ok: { run: string }[] }
    const run = ok[0]?.run ?? ''
    const read = async (file: string) =>
      Array.from(new Uint8Array(await (await ask('run/read', { run, file })).arrayBuffer()))
    const files = ['graph.wiregrad', 'weights.safetensors', 'run.json', 'metrics.jsonl']
    return Promise.all(files.map(async (file) => [file, await read(file)] as const))
  })
  await drop(page, Object.fromEntries(kept.map(([file, bytes]) => [file, Buffer.from(bytes)])))
  await expect(name).toHaveValue('XOR')
  await expect(page.getByText(/Took \d+ weights from weights.safetensors/)).toBeVisible()
})
