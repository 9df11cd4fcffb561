import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import { launched, missing, PALE, where } from '../../parts/report/in-browser.ts'
import { cell, hostOf, towerServer } from './support.ts'

const WAIT = { timeout: 10_000 }

describe.skipIf(missing)(where, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launched()
  })
  afterAll(() => browser?.close())

  async function opened(url: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    onTestFinished(() => context.close())
    const tab = await context.newPage()
    const complaints: string[] = []
    const elsewhere: string[] = []
    tab.on('console', message => complaints.push(message.text()))
    tab.on('pageerror', error => complaints.push(error.message))
    tab.on('dialog', dialog => {
      complaints.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    tab.on('request', request => {
      if (!request.url().startsWith(`${url}/`)) elsewhere.push(request.url())
    })
    await tab.goto(url)
    const look = <T>(expression: string) => tab.evaluate(expression) as Promise<T>
    const text = (selector: string) => tab.locator(selector).innerText()
    const sees = (selector: string, what: string | RegExp) =>
      expect.poll(() => text(selector), WAIT).toMatch(typeof what === 'string' ? new RegExp(what) : what)
    const sideways = () => look<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    return { tab, look, text, sees, sideways, complaints, elsewhere }
  }
  const anybody = (coordinator: Coordinator) => towerServer(coordinator, { role: 'anonymous' })

  test('grants, casualties, the line, denials and the cord appear while one looks', async () => {
    const { coordinator, reserve, needed } = await cell()
    const { url } = await anybody(coordinator)
    const { tab, sees, text, look, complaints, elsewhere } = await opened(url)
    await sees('#connection', '^live$')
    expect(await text('#reservations-box')).toBe('Nobody has a host.')
    expect(await text('#cord')).toBe('The cord is not pulled.')

    const granted = await reserve(hostOf(1, 1), { ttlMs: 100_000, reason: 'kernel 6.12' })
    if (!granted.granted) throw new Error('expected a grant')
    await sees('#reservations', /h11\s+deployer\s+restart\s+granted\s+1 min \d+ s\s+kernel 6\.12/)
    const left = await text('#reservations td.left, #reservations [data-label="Lease left"]')
    await expect.poll(() => text('#reservations [data-label="Lease left"]'), WAIT).not.toBe(left)
    await coordinator.advance(granted.reservation, 'executing')
    await sees('#reservations', 'executing')
    await sees('#zones', /eun1-az1\s+1 reserved, 0 casualties; 4 of 12 hosts may be away/)
    expect(await look('document.querySelector(".gauge .work").getBoundingClientRect().width')).toBeGreaterThan(20)

    needed.add(hostOf(1, 3))
    await reserve(hostOf(1, 3), { holder: 'patcher' })
    await sees('#denials', /h13[\s\S]*patcher\s+safety\s+placement-hurt: stripe s-17: 2 gone already/)
    await tab.getByRole('button', { name: 'What would have to change?' }).focus()
    await tab.keyboard.press('Enter')
    await sees('#denials', 'safety: until .* says go')

    const waiting = new AbortController()
    const inLine = coordinator.reserve(
      { host: hostOf(1, 1), activity: 'restart', holder: 'firmware', reason: 'bmc', waitMs: 60_000 },
      { signal: waiting.signal },
    )
    await sees('#waiting', /1\s+\S+h11[\s\S]*firmware[\s\S]*host-reserved: deployer has it/)
    waiting.abort()
    await inLine.catch(() => {})
    await sees('#waiting-box', 'Nobody waits')

    await coordinator.release(granted.reservation, 'failed', 'it does not boot')
    await sees('#casualties', /h11\s+given up\s+it does not boot[\s\S]*resolve it as repaired/)
    await coordinator.cord.pull('freeze', 'ada', 'customers see errors')
    await sees('#cord', /THE CORD IS PULLED: FREEZE[\s\S]*Pulled by ada .*: customers see errors/)
    expect(await tab.title()).toContain('CORD PULLED')
    await coordinator.cord.release('ada', 'it was something else')
    await sees('#cord', 'The cord is not pulled.')
    expect(complaints).toEqual([])
    expect(elsewhere).toEqual([])
  })

  test('when the server is gone the page says so and turns grey, and it is live again by itself', async () => {
    const { coordinator, reserve } = await cell()
    await reserve(hostOf(1, 1), { ttlMs: 1_000_000 })
    const first = await anybody(coordinator)
    const { sees, text, look } = await opened(first.url)
    await sees('#reservations', 'h11')
    expect(await look('getComputedStyle(document.querySelector("main")).filter')).toBe('none')
    await first.close()
    await sees('#connection', 'not live')
    expect(await text('#news')).toMatch(/^No news: .*This is how it was at \d\d:\d\d:\d\d\.$/)
    expect(await look('getComputedStyle(document.querySelector("main")).filter')).toBe('grayscale(1)')
    // What it showed last is there still, and does not go on as if it were known.
    const left = await text('#reservations [data-label="Lease left"]')
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect(await text('#reservations [data-label="Lease left"]')).toBe(left)
    await reserve(hostOf(1, 2))
    await towerServer(coordinator, { role: 'anonymous' }, first.port)
    await expect.poll(() => text('#connection'), { timeout: 25_000 }).toBe('live')
    expect(await text('#reservations')).toContain('h12')
    expect(await text('#news')).toBe('')
    expect(await look('getComputedStyle(document.querySelector("main")).filter')).toBe('none')
  }, 60_000)

  test('a server that answers but cannot read its ledger is stale as well', async () => {
    const { coordinator } = await cell()
    let broken = false
    const { url } = await anybody({
      ...coordinator,
      status: call => (broken ? Promise.reject(new Error('the ledger is away')) : coordinator.status(call)),
    })
    const { sees } = await opened(url)
    await sees('#connection', '^live$')
    broken = true
    await sees('#connection', 'not live')
    broken = false
    await sees('#connection', '^live$')
  })

  test('what comes from the fleet stays text, however hostile', async () => {
    const attack = `<script>document.title='hit'</script><img src=x onerror="alert(1)">"'\`\${alert(2)}{{3*3}}`
    const hidden = '\u202Egnirts\u2066\u0000\u200B'
    const { coordinator, reserve, needed } = await cell({ cell: `cell ${'<b>x</b>'}` })
    await reserve(hostOf(1, 1), { holder: attack, reason: hidden + attack, ttlMs: 100_000 })
    await reserve(hostOf(1, 2), { holder: 'x'.repeat(256), reason: 'מגדל '.repeat(400) })
    const lost = await reserve(hostOf(1, 4), { holder: attack })
    if (lost.granted) await coordinator.release(lost.reservation, 'failed', attack)
    needed.add(hostOf(1, 5))
    await reserve(hostOf(1, 5), { holder: attack })
    await coordinator.cord.pull('hold', attack, attack)
    const { url } = await anybody(coordinator)
    for (const width of [1280, 400]) {
      const { sees, text, look, tab, sideways, complaints, elsewhere } = await opened(url, {
        viewport: { width, height: 900 },
      })
      await sees('#reservations', 'h11')
      expect(await text('#reservations')).toContain(attack)
      expect(await text('#reservations')).toContain('⟨U+202E⟩gnirts⟨U+2066⟩⟨U+0000⟩⟨U+200B⟩')
      expect(await text('#casualties')).toContain(attack)
      expect(await text('#denials')).toContain(attack)
      expect(await text('#cord')).toContain(attack)
      expect(await text('#cell')).toBe('cell <b>x</b>')
      expect(await look('document.querySelectorAll("img, main b, main script, [onerror]").length')).toBe(0)
      expect(await look('document.scripts.length')).toBe(1)
      expect(await tab.title()).toBe('CORD PULLED – Reservations cell <b>x</b>')
      expect(
        await look(`[...document.querySelectorAll('bdi')].every(b => getComputedStyle(b).unicodeBidi === 'isolate')`),
      ).toBe(true)
      expect(await sideways()).toBeLessThanOrEqual(0)
      expect(complaints).toEqual([])
      expect(elsewhere).toEqual([])
    }
  })

  test('who has to sign in does so on the page, once for the tab, and the token goes nowhere else', async () => {
    const { coordinator, reserve } = await cell()
    await reserve(hostOf(1, 1), { ttlMs: 100_000 })
    const { url } = await towerServer(coordinator)
    const { tab, sees, look } = await opened(url)
    const field = tab.getByLabel('Token')
    await field.waitFor()
    expect(await tab.locator('main').isVisible()).toBe(false)
    await field.fill('token-of-a-stranger')
    await tab.keyboard.press('Enter')
    await sees('#refused', 'not known here')
    await field.fill('token-of-nobody')
    await tab.keyboard.press('Enter')
    await sees('#refused', 'not the role read')
    await field.fill('no\u00a0token\u2028at all')
    await tab.keyboard.press('Enter')
    await sees('#refused', 'That is no token')
    await field.fill('token-of-a-reader')
    await tab.keyboard.press('Enter')
    await sees('#reservations', 'h11')
    expect(tab.url()).toBe(`${url}/`)
    expect(await look('document.cookie + JSON.stringify(localStorage)')).toBe('{}')
    await tab.reload()
    await sees('#reservations', 'h11')
    const other = await opened(url)
    await other.tab.getByLabel('Token').waitFor()
  })

  test('ten thousand reservations do not freeze it', async () => {
    const { coordinator, reserve } = await cell()
    await reserve(hostOf(1, 1), { ttlMs: 100_000 })
    const many = async (call?: Parameters<Coordinator['status']>[0]) => {
      const status = await coordinator.status(call)
      const [one] = status.reservations
      const reservations = Array.from({ length: 10_000 }, (_, i) => ({ ...one!, id: `r${i}`, host: hostOf(1, i) }))
      const waiting = Array.from({ length: 10_000 }, (_, i) => ({
        ...{ host: hostOf(2, i), activity: 'restart', holder: 'x', reason: 'y', priority: 'normal', since: status.at },
        because: [{ code: 'host-reserved', message: 'z' }],
      })) as never
      return { ...status, reservations, waiting }
    }
    const { url } = await anybody({ ...coordinator, status: many })
    const { sees, look, tab } = await opened(url)
    await sees('#reservations-box', 'and 9,800 more')
    await sees('#waiting-box', 'and 9,800 more')
    expect(await look('document.querySelectorAll("tr").length')).toBeLessThan(500)
    // It still listens.
    await coordinator.cord.pull('hold', 'ada', 'a test')
    await sees('#cord', /THE CORD IS PULLED/)
    await tab.keyboard.press('Tab')
  })

  test.each(['light', 'dark'] as const)(
    '%s, all texts have enough contrast, and nothing moves for who wants that',
    async colorScheme => {
      const { coordinator, reserve, needed } = await cell()
      needed.add(hostOf(1, 5))
      await reserve(hostOf(1, 1), { ttlMs: 100_000 })
      await reserve(hostOf(1, 5))
      const lost = await reserve(hostOf(1, 4))
      if (lost.granted) await coordinator.release(lost.reservation, 'failed', 'gone')
      const { url } = await anybody(coordinator)
      const { sees, look } = await opened(url, { colorScheme, reducedMotion: 'reduce' })
      await sees('#denials', 'h15')
      const { checked, pale } = await look<{ checked: number; pale: string[] }>(PALE)
      expect(checked).toBeGreaterThan(50)
      expect(pale).toEqual([])
      const moving = `[...document.querySelectorAll('*')].some(e => getComputedStyle(e).transitionDuration !== '0s' || getComputedStyle(e).animationName !== 'none')`
      expect(await look(moving)).toBe(false)
    },
  )
})
