import { expect, test } from 'vitest'
import { isPublicAddress, resolvePublic, urlFault } from './guard.js'

const privateHosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '0x7f.1',
  '0x7f000001',
  '0x7F.0x0.0x0.0x1',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.0x1',
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127.0.0.1.',
  '2130706433.',
  '%31%32%37.0.0.1',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1',
  '168.63.129.16',
  '0xa83f8110',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '0251.0376.0251.0376',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::ffff:8.8.8.8]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2001::1]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[100::1]',
  '[5f00::1]',
]

test.each(privateHosts)('refuses the literal address %s', host => {
  expect(urlFault(`https://${host}/hook`)).toMatch(/private address/)
})

test.each([
  ['http://example.com/', 'must begin with https://'],
  ['ftp://example.com/', 'must begin with https://'],
  ['file:///etc/passwd', 'must begin with https://'],
  ['gopher://example.com:70/', 'must begin with https://'],
  ['javascript:alert(1)', 'must begin with https://'],
  ['data:text/plain,x', 'must begin with https://'],
  ['https://ann@example.com/', 'must not hold a user name or password'],
  ['https://ann:secret@example.com/', 'must not hold a user name or password'],
  ['https://127.0.0.1\\@example.com/', 'must not lead to a private address'],
  ['https://example.com:22/', 'must not use port 22'],
  ['https://example.com:80/', 'must not use port 80'],
  ['https://example.com:8443/', 'must not use port 8443'],
  ['https://example.com:0/', 'must not use port 0'],
  ['https://example.com:00/', 'must not use port 0'],
  ['https://example.com:99999/', 'is not a valid URL'],
  ['https://256.256.256.256/', 'is not a valid URL'],
  ['https://1.2.3.4.5/', 'is not a valid URL'],
  ['https://[::1%25eth0]/', 'is not a valid URL'],
  ['https:///', 'is not a valid URL'],
  ['//example.com/', 'is not a valid URL'],
  ['', 'is not a valid URL'],
])('says what is wrong with %j', (url, fault) => {
  expect(String(urlFault(url))).toMatch(new RegExp(fault))
})

test.each([
  'https://example.com/',
  'https://example.com:443/a?b=c',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
  'https://münchen.example/',
])('takes %s', url => {
  expect(urlFault(url)).toBeNull()
})

test('takes http, ports and private addresses where they are allowed', () => {
  expect(urlFault('http://example.com/', { allowHttp: true })).toBeNull()
  expect(urlFault('https://example.com:8443/', { ports: [8443] })).toBeNull()
  expect(urlFault('https://example.com:0/', { ports: [0, 443] })).toMatch(/port 0/)
  expect(urlFault('https://example.com/', { ports: [8443] })).toMatch(/port 443/)
  expect(urlFault('http://127.0.0.1:3000/', { allowHttp: true, ports: [3000], allowPrivate: true })).toBeNull()
})

test.each([
  '127.0.0.1',
  '169.254.169.254',
  '::1',
  '::ffff:10.0.0.1',
  'fd00::1',
  '64:ff9b::a00:1',
  'fe80::1%eth0',
  'nonsense',
])('connects to no name of which an address is %s, though another is public', async address => {
  const resolve = async () => [
    { address: '8.8.8.8', family: 4 },
    { address, family: 6 },
  ]
  expect(await resolvePublic(new URL('https://rebind.example/'), resolve, {})).toEqual({
    fault: 'the name leads to a private address',
  })
})

test('gives the very address that was checked, and asks for a name once', async () => {
  let asked = 0
  const resolve = async () => [{ address: asked++ === 0 ? '8.8.8.8' : '127.0.0.1', family: 4 }]
  expect(await resolvePublic(new URL('https://rebind.example/'), resolve, {})).toEqual({ address: '8.8.8.8' })
  expect(asked).toBe(1)
})

test('asks for no name where the address is written', async () => {
  const resolve = () => Promise.reject(new Error('asked'))
  expect(await resolvePublic(new URL('https://[2606:4700::1111]/'), resolve, {})).toEqual({
    address: '2606:4700::1111',
  })
  expect(await resolvePublic(new URL('https://127.1./'), resolve, {})).toMatchObject({ fault: expect.any(String) })
  expect(await resolvePublic(new URL('https://gone.example/'), async () => [], {})).toEqual({
    fault: 'the name has no address',
  })
})

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00::1',
])('knows %s for public', address => {
  expect(isPublicAddress(address)).toBe(true)
})
