/** A table of the user's, from the file to a trained net: dropped, looked at, corrected, taken, undone, asked for again. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, openWindow, test } from './support/app'

const picture = process.env['PICTURES']

async function shoot(page: Page, name: string): Promise<void> {
  if (picture !== undefined) await page.screenshot({ path: `${picture}/${name}.png` })
}

/** Passengers as in the well-known table: words, numbers, gaps. Whoever is female or a child lives. */
function passengers(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const female = (index * 7) % 3 === 0
    const age = index % 9 === 4 ? '' : String(5 + ((index * 13) % 60))
    const lives = female || (age !== '' && Number(age) < 12)
    const port = ['S', 'C', 'Q'][index % 3] ?? ''
    return `${index + 1},"Name ${index}, Mr.",${female ? 'female' : 'male'},${age},${(7 + ((index * 5) % 40)).toFixed(2)},${port},${lives ? 1 : 0}`
  })
  return `id,name,sex,age,fare,port,survived\n${rows.join('\n')}\n`
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, content]) => {
      const data = new DataTransfer()
      data.items.add(new File([content ?? ''], file ?? '', { type: 'text/csv' }))
      return data
    },
    [name, text],
  )
  await page.dispatchEvent('.window', 'drop', { dataTransfer: transfer })
}

test('a dropped table becomes a trained net', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor&backend=cpu')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await drop(page, 'passengers.csv', passengers(270))
  const dialog = page.getByRole('dialog', { name: 'Your data: passengers.csv' })
  await expect(dialog.getByText('270 rows, 7 columns')).toBeVisible()
  await expect(dialog.getByLabel('What name is used for')).toHaveValue('ignored')
  await expect(dialog.getByLabel('What sex is used for')).toHaveValue('feature')
  await expect(dialog.getByLabel('Learn')).toHaveValue('survived')
  await expect(dialog.getByRole('status')).toHaveText('240 of 270 rows, 7 numbers in each sample, 2 classes')
  await shoot(page, 'table-dialog')
  await expect(dialog.getByLabel('What id is used for')).toHaveValue('ignored')
  await dialog.getByLabel('What port is used for').selectOption('ignored')
  await expect(dialog.getByRole('status')).toContainText('4 numbers in each sample')
  await dialog.getByRole('switch', { name: /Leave out rows/ }).click()
  await expect(dialog.getByRole('alert')).toContainText('30 rows lack something, the first is row 5.')
  await expect(dialog.getByRole('button', { name: 'Use this table' })).toBeDisabled()
  await page.emulateMedia({ colorScheme: 'light' })
  await shoot(page, 'table-dialog-light')
  await dialog.getByRole('switch', { name: /Leave out rows/ }).click()
  await expect(dialog.getByLabel('Put it')).toHaveValue('new-network')
  await dialog.getByRole('button', { name: 'Use this table' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.locator('.react-flow__node-card')).toHaveCount(5)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Finished/, { timeout: 60_000 })
  await shoot(page, 'table-trained')
})

/** Flats whose price follows from area, floor and quarter. */
function flats(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const area = 20 + ((index * 37) % 100)
    const floor = (index * 7) % 9
    const old = index % 3 === 0
    return `${area},${floor},${old ? 'old town' : 'suburb'},${area * 3000 + floor * 5000 + (old ? 90_000 : 0)}`
  })
  return `area,floor,quarter,price\n${rows.join('\n')}\n`
}

test('from the start page, own data comes with a network that fits and learns it', async ({
  page,
  wiregrad,
}) => {
  await page.goto(`${wiregrad.url}&backend=cpu`)
  await page.locator('.start input[type=file]').setInputFiles({
    name: 'flats.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(flats(200)),
  })
  const dialog = page.getByRole('dialog', { name: 'Your data: flats.csv' })
  await expect(dialog.getByLabel('Learn')).toHaveValue('price')
  await expect(dialog.getByLabel('Put it')).toHaveValue('new-document')
  await dialog.getByRole('button', { name: 'Use this table' }).click()
  await expect(page).toHaveTitle('• flats – Wiregrad')
  await expect(page.locator('.react-flow__node-card')).toHaveCount(5)
  await expect(page.locator('.problems-list li, .react-flow__node-card [data-fix]')).toHaveCount(0)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Finished/, { timeout: 30_000 })
  const scores = await page.locator('.strip-scores').innerText()
  expect(Number(/R² ([\d.]+)/.exec(scores)?.[1]), scores).toBeGreaterThan(0.9)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('.react-flow__node-card')).toHaveCount(0)
  // Of an empty canvas nothing is praised and nothing is wrong.
  await expect(page.locator('.findings')).toContainText('There is no network to look at yet.')
  await expect(page.locator('.problems')).toContainText('The canvas is empty.')
  await expect(page.locator('.problem')).toHaveCount(0)
  await page.getByRole('button', { name: 'Examples and own data…' }).click()
  await expect(page.locator('.start')).toBeVisible()
})

test('the file of a graph is asked for, known again, and another one is noticed', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/iris&backend=cpu')
  await page.locator('.react-flow__node-card', { hasText: 'Iris' }).first().click()
  const choose = () => page.locator('input[aria-label="Choose a CSV file…"]')
  const give = (text: string) =>
    choose().setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await give('1,2,x\n3,4,y\n5,6,x\n')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('The first line names the columns')).not.toBeChecked()
  await expect(dialog.getByLabel('Learn')).toHaveValue('column 3')
  await page.keyboard.press('Escape')
  await give('a,b,kind\n1,2,x\n3,4,y\n5,oops,x\n')
  await expect(dialog.getByLabel('Learn')).toHaveValue('kind')
  await page.keyboard.press('Escape')
  const good = 'a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n'
  await give(good)
  await dialog.getByRole('button', { name: 'Use this table' }).click()
  await expect(page.getByText('mine.csv').first()).toBeVisible()
  // The very same file needs no dialog; another of its name is said to be another.
  await give(good)
  await expect(dialog).toHaveCount(0)
  await give(`${good}9,10,y\n`)
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('This is not the file that the graph was made with')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('.inspector-file')).toBeVisible()
  await expect(page.locator('.facts').getByText('iris.csv')).toBeVisible()

  // A graph that came without its file: that is a problem, and Train says so before it starts.
  const iris = JSON.parse(readFileSync('examples/iris.wiregrad', 'utf8')) as {
    nodes: Record<string, { params: { dataset?: object } }>
  }
  const rows = readFileSync('examples/data/iris.csv', 'utf8')
  const hash = createHash('sha256').update(rows).digest('hex')
  for (const { params } of Object.values(iris.nodes))
    if (params.dataset !== undefined) params.dataset = { ...params.dataset, file: 'flowers.csv', hash }
  await drop(page, 'flowers.wiregrad', JSON.stringify(iris))
  const row = page.locator('.problems-list li')
  await expect(row).toContainText('Give the file "flowers.csv" before training')
  await expect(page.locator('.strip')).toContainText('Not ready to train')
  // Grey as where the graph has problems, with the reason in its tip; and a press asks for the file.
  const train = page.getByRole('button', { name: 'Train', exact: true })
  await expect(train).toHaveClass(/button-lacking/)
  await expect(train).toHaveAttribute('title', /^Choose the file "flowers.csv" before training/)
  await train.click()
  await expect(page.getByRole('alert')).toContainText('Give the file "flowers.csv" before training')
  await expect(page.locator('.led')).toHaveAttribute('data-status', 'idle')
  await page.keyboard.press('Escape')
  await row.locator('.problem').click()
  await expect(page.locator('.react-flow__node-card.selected')).toHaveText(/Iris/)
  await expect(page.locator('.inspector-heading')).toHaveText(/^Data\s*B × 4/)
  await expect(page.locator('.inspector-heading').getByRole('textbox', { name: 'Name' })).toHaveValue('Iris')
  // The code does not take the place of what is wrong.
  await page.keyboard.press('Control+Shift+K')
  await expect(page.locator('.code-text')).toBeVisible()
  const chooser = page.waitForEvent('filechooser')
  await row.getByRole('button', { name: 'Choose a CSV file…' }).click()
  await (await chooser).setFiles({ name: 'other-name.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) })
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(row).toHaveCount(0)
  await expect(page.locator('.strip')).toContainText('Ready to train')
  await expect(train).not.toHaveClass(/button-lacking/)
})
