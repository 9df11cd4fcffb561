import { type TestServer, testServer } from './server.ts'

const order = {
  id: 'a/b 1',
  name: 'Ada',
  count: 3,
  share: 0.5,
  open: true,
  note: null,
  tags: ['x', 'y'],
  to: { city: 'Oslo', 'zip code': '0150' },
  uuid: '7d444840-9dc0-11d1-b245-5ffdce74fad2',
}

/** A service that the HTTP steps are tried on. */
export function shop(): Promise<TestServer> {
  let polls = 0
  return testServer(({ method, url, headers, body }, response) => {
    const { pathname } = new URL(url, 'http://x')
    const json = (value: unknown, status = 200) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-kind': 'order 12', 'set-cookie': 'sid=s3ss10n' })
        .end(JSON.stringify(value))
    if (pathname === '/order') json(order)
    else if (pathname === '/echo') json({ method, url, headers, body }, method === 'POST' ? 201 : 200)
    else if (pathname === '/later') json({ state: polls++ < 2 ? 'pending' : 'done' }, polls <= 2 ? 503 : 200)
    else if (pathname === '/text') response.end('Hello, world')
    else if (pathname === '/empty') response.writeHead(204).end()
    else if (pathname === '/login') json({ access_token: 't0p-secret-token', user: 'ada' })
    else if (pathname === '/huge') response.end('x'.repeat(3_000_000))
    else if (pathname === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (pathname === '/moved') response.writeHead(303, { location: '/echo?moved=1' }).end()
    else if (pathname === '/kept') response.writeHead(307, { location: '/echo' }).end()
    else if (pathname === '/strange') response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    else if (pathname === '/html') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>down</p>')
    else if (pathname === '/cut')
      response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy())
    else if (pathname !== '/hang') response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here')
  })
}
