import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { beforeAll, expect, test } from 'vitest'
import { ask, dial, listening, proxyTo } from './fixtures.ts'

// For `localhost`, trusted by nobody but this file, and good until 2120.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKibyrjgWAAe5JePq
41FOU500ZB1sDF+Cspy03Eb/VGKhRANCAAQtSZOd3wXBnaotIgNSh4djqs5oI191
LxFe5u1eMOL2RgqpggkrNn3+0iNT33Mnp0kHnpjXU74bgrtdPQdSWPod
-----END PRIVATE KEY-----
`
const CERT = `-----BEGIN CERTIFICATE-----
MIIBYTCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABC1Jk53fBcGdqi0i
A1KHh2OqzmgjX3UvEV7m7V4w4vZGCqmCCSs2ff7SI1PfcyenSQeemNdTvhuCu109
B1JY+h2jSDBGMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/
MB0GA1UdDgQWBBTCtIH8AqQAwKb6xLKnrTAOGKKoNDAKBggqhkjOPQQDAgNIADBF
AiEA7DLGX8rxZm2v4XB0jqjIYfTUBONWMK4HIK+X5MJ4Eq4CIAgE7NVs2kwDq9Hf
G9DMqQuuP9YQfq8WZp/OOgNSMba/
-----END CERTIFICATE-----
`

beforeAll(() => setDefaultCACertificates([...getCACertificates(), CERT]))

const securePrimary = async () => {
  const server = createServer({ key: KEY, cert: CERT }, (request, response) => response.end(request.headers.host))
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nover TLS'))
  return new URL(await listening(server)).port
}

test('an https primary has to be who its address says, whichever Host the customer gave', async () => {
  // Without a fixed name, Node asks for a certificate of the customer's Host, and finds none.
  const port = await securePrimary()
  const proxy = await proxyTo(`https://localhost:${port}`)
  for (let i = 0; i < 2; i++) {
    const asked = await ask(proxy.origin, { headers: { host: 'shop.example' } })
    expect(asked).toMatchObject({ status: 200, body: 'shop.example' })
  }
  expect(proxy.counts.reused).toBe(1)
  const other = await proxyTo(`https://127.0.0.1:${port}`)
  expect((await ask(other.origin, { headers: { host: 'localhost' } })).status).toBe(502)
})

test('an upgrade goes to an https primary by TLS', async () => {
  const proxy = await proxyTo(`https://localhost:${await securePrimary()}`)
  const client = dial(proxy.origin)
  client.send('GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await client.until(/over TLS/)
})
