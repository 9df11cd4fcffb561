import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CanaryRun } from '../../../src/canary/index.ts'
import { type BrowserCheckOptions, browserCheck, startCanaries } from '../../../src/canary/index.ts'
import { deadline, realClock } from '../../../src/core/index.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
// Each browser of these tests is known by this among the processes of the machine.
const MARK = `--andon-test-${process.pid}`
const args = [
  '--no-sandbox --disable-gpu --disable-quic --no-first-run',
  '--disable-background-networking --disable-component-update --disable-sync',
  MARK,
].flatMap(words => words.split(' '))

const PAGES: Record<string, string> = {
  '/': '<title>Shop</title><h1>Welcome</h1><button onclick="document.title=\'Sold\'">Buy</button>',
  '/cookie': '<script>document.title = document.cookie; document.cookie = "seen=1"</script>',
  '/loop': '<h1>about to hang</h1><script>setTimeout(() => { for (;;); }, 20)</script>',
  '/noise':
    '<canvas id=c width=1200 height=700></canvas><script>const x = c.getContext("2d"); for (let i = 0; i < 60000; i++) { x.fillStyle = "hsl(" + i * 137 + ",90%," + (i * 53) % 100 + "%)"; x.fillRect((i * 7919) % 1200, (i * 104729) % 700, 5, 5) }</script>',
}

const running = () => {
  try {
    return execFileSync('pgrep', ['-f', '--', MARK], { encoding: 'utf8' }).trim().split('\n')
  } catch {
    return []
  }
}

test.skipIf(executablePath)('(no Chromium at the usual places: the checks in a browser are not tested)', () => {})

describe.skipIf(!executablePath)('in a real headless Chromium', () => {
  const server = createServer((request, response) => {
    if (request.url === '/silent') return
    const page = PAGES[request.url ?? '']
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(page ?? 'not here')
  })
  let origin = ''
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const check = (path: string | undefined, options: Partial<BrowserCheckOptions<Page>> = {}) =>
    browserCheck<Page>({
      name: 'shop',
      executablePath: executablePath!,
      args,
      ...(path === undefined ? {} : { url: origin + path }),
      ...options,
    })
  const signal = new AbortController().signal

  test('a page that opens works, and nothing of the browser is left', async () => {
    expect(await check('/').run({ signal })).toEqual({ ok: true, durationMs: expect.any(Number) })
    await expect.poll(running).toEqual([])
  })

  test('a journey works when it ends, with a page of Playwright’s in its hands', async () => {
    const titles: string[] = []
    const journey = async (page: Page) => {
      await page.getByRole('button', { name: 'Buy' }).click()
      titles.push(await page.title())
    }
    expect(await check('/', { journey }).run({ signal })).toMatchObject({ ok: true })
    expect(titles).toEqual(['Sold'])
  })

  test('a journey that throws failed, and its failure has the place and a picture', async () => {
    const journey = async (page: Page) => {
      await page.getByText('Sold out').click({ timeout: 100 })
    }
    const result = await check('/', { journey }).run({ signal })
    expect(result).toMatchObject({ ok: false, code: 'journey', detail: { url: `${origin}/` } })
    expect(result.error).not.toMatch(/\n/)
    const { screenshot } = result.detail as { screenshot: string }
    expect([...Buffer.from(screenshot, 'base64').subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
  })

  test('a picture is never bigger than allowed', async () => {
    const journey = () => false
    const kept = await check('/noise', { journey, screenshotBytes: 2 ** 20 }).run({ signal })
    expect((kept.detail as { screenshot: string }).screenshot.length).toBeGreaterThan(10_000)
    const dropped = await check('/noise', { journey, screenshotBytes: 5000 }).run({ signal })
    expect(dropped).toMatchObject({ ok: false, code: 'journey', error: 'answered false' })
    expect(dropped.detail).toEqual({ url: `${origin}/noise` })
  })

  test('a wrong status, a server that is away and a browser that is none are failures, each with its code', async () => {
    expect(await check('/gone').run({ signal })).toMatchObject({
      code: 'status',
      error: expect.stringContaining('404'),
    })
    const journey = async (page: Page) => void (await page.goto('http://nowhere.invalid/'))
    expect(await check(undefined, { url: 'http://nowhere.invalid/' }).run({ signal })).toMatchObject({
      code: 'navigation',
    })
    expect(await check(undefined, { journey }).run({ signal })).toMatchObject({ code: 'journey' })
    expect(await check('/', { executablePath: '/nowhere/chromium' }).run({ signal })).toMatchObject({ code: 'browser' })
  })

  test.each(['/loop', '/silent'])('%s hangs: that is a failure in time, and the browser is killed', async path => {
    const journey = async (page: Page) => void (await page.waitForSelector('#never', { timeout: 0 }))
    expect(await check(path, { journey, timeoutMs: 500 }).run({ signal })).toMatchObject({ ok: false, code: 'timeout' })
    await expect.poll(running).toEqual([])
  })

  test('a browser that dies under a journey is a failure of the browser', async () => {
    const journey = async (page: Page) => {
      for (const pid of running()) process.kill(Number(pid), 'SIGKILL')
      await page.title()
    }
    expect(await check('/', { journey }).run({ signal })).toMatchObject({ ok: false, code: 'browser' })
  })

  test('the deadline of whoever runs it kills the browser too, while it starts and later', async () => {
    for (const ms of [50, 1500]) {
      const journey = () => new Promise(() => {})
      let over: Promise<unknown> = Promise.resolve()
      const cut = deadline(realClock, ms, 'shop', s => (over = check('/', { journey }).run({ signal: s })) as never)
      await expect(cut).rejects.toMatchObject({ code: 'timeout' })
      await over
      await expect.poll(running).toEqual([])
    }
  })

  test('each run is the first one: no cookie stays', async () => {
    const titles: string[] = []
    const journey = async (page: Page) => void titles.push(await page.title())
    const cookies = check('/cookie', { journey })
    await cookies.run({ signal })
    await cookies.run({ signal })
    expect(titles).toEqual(['', ''])
  })

  test('as a canary it runs again and again', async () => {
    const runs: CanaryRun[] = []
    const two = Promise.withResolvers<void>()
    await using _ = startCanaries([check('/')], {
      everyMs: 10,
      timeoutMs: 20_000,
      onRun: (_name, run) => void (runs.push(run) === 2 && two.resolve()),
    })
    await two.promise
    expect(runs.map(r => r.ok)).toEqual([true, true])
  })
})

test.each([
  ['name', { name: '', url: 'http://127.0.0.1' }],
  ['a url or a journey', { name: 'shop' }],
  ['url', { name: 'shop', url: '/relative' }],
  ['journey', { name: 'shop', journey: 'click' }],
  ['timeoutMs', { name: 'shop', url: 'http://127.0.0.1', timeoutMs: 0 }],
])('a bad %s is refused when the check is made', (field, options) => {
  expect(() => browserCheck(options as never)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(field) }),
  )
})
