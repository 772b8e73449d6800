import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { isUri, problemOfUrl } from './endpoint-url';

describe('isUri', () => {
  const ajv = addFormats(new Ajv());

  it.each([
    'https://app.acme.com',
    'https://app.acme.com:8443/a/?b=c&d=%C3%A4#e/f?g',
    'http://[::1]:3000/hooks',
    "ftp://acme.com/;a=(b)*!$,'+~_@:",
  ])('takes %s, and so does who validates our answers', (url) => {
    expect(isUri(url)).toBe(true);
    expect(ajv.validate({ format: 'uri' }, url)).toBe(true);
  });

  it.each([
    ['a host that is not ASCII', 'https://bücher.example/'],
    ['a path that is not ASCII', 'https://acme.com/ä'],
    ['a percent sign that encodes nothing', 'https://acme.com/%zz'],
    ['braces', 'https://acme.com/?a={b}'],
    ['brackets outside the host', 'https://acme.com/a[0]'],
    ['two fragments', 'https://acme.com/#a#b'],
    ['a space', 'https://acme.com/a b'],
    ['no slashes', 'https:acme.com'],
    ['one slash', 'https:/acme.com'],
    ['no host', 'https:///acme.com'],
  ])('refuses %s', (_, url) => expect(isUri(url)).toBe(false));
});

describe('problemOfUrl', () => {
  const strict = (url: string) => problemOfUrl(url, { allowLoopback: false });
  const local = (url: string) => problemOfUrl(url, { allowLoopback: true });

  it.each([
    'https://app.acme.com/webhooks',
    'https://app.acme.com:8443/a?b=c',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/hooks',
    'https://xn--bcher-kva.example/',
  ])('takes %s', (url) => expect(strict(url)).toBeNull());

  it.each<[string, RegExp]>([
    ['', /must be a URL/],
    ['app.acme.com', /must be a URL/],
    ['https://', /must be a URL/],
    ['https://acme.com/\n', /must be a URL/],
    ['https://acme.com/\ud800', /must be a URL/],
    ['ht\ttps://acme.com/', /must be a URL/],
    ['https:\\\\acme.com', /must be a URL/],
    [`https://acme.com/${'a'.repeat(2048)}`, /at most 2048/],
    ['http://acme.com/', /https/],
    ['ftp://acme.com/', /https/],
    ['javascript:alert(1)', /https/],
    ['file:///etc/passwd', /https/],
    ['https://user@acme.com/', /user name/],
    ['https://user:secret@acme.com/', /user name/],
    ['https://:secret@acme.com/', /user name/],
  ])('refuses %j', (url, problem) => {
    expect(strict(url)).toMatch(problem);
    expect(local(url)).toMatch(problem);
  });

  it.each([
    ['dotted', '127.0.0.1'],
    ['decimal', '2130706433'],
    ['octal', '0177.0.0.1'],
    ['hex', '0x7f000001'],
    ['hex in parts', '0x7f.0x0.0x0.0x1'],
    ['short', '127.1'],
    ['shorter', '0'],
    ['encoded', '127%2e0.0.1'],
    ['fullwidth', '１２７．０．０．１'],
    ['circled', '①②⑦.0.0.1'],
    ['with a dot at its end', '127.0.0.1.'],
    ['private', '10.0.0.1'],
    ['private, decimal', '167772161'],
    ['metadata', '169.254.169.254'],
    ['metadata, hex', '0xa9fea9fe'],
    ['CGNAT', '100.64.0.1'],
    ['IPv6 loopback', '[::1]'],
    ['IPv4-mapped', '[::ffff:169.254.169.254]'],
    ['6to4', '[2002:7f00:1::]'],
    ['NAT64', '[64:ff9b::7f00:1]'],
    ['unique-local', '[fd00:ec2::254]'],
    ['link-local', '[fe80::1]'],
    ['a local name', 'localhost'],
    ['a local name, shouted', 'LOCALHOST.'],
    ['a name under it', 'app.localhost'],
  ])('refuses a host that is not on the internet: %s', (_, host) => {
    expect(strict(`https://${host}/hooks`)).toMatch(/public internet/);
  });

  describe('when loopback is allowed', () => {
    it.each(['http://127.0.0.1:3000/', 'https://127.0.0.1/', 'http://localhost:80/a', 'http://[::1]:8080/'])(
      'takes %s',
      (url) => expect(local(url)).toBeNull(),
    );

    it.each(['https://10.0.0.1/', 'https://169.254.169.254/', 'https://[fd00::1]/', 'https://0.0.0.0/'])(
      'still refuses %s',
      (url) => expect(local(url)).toMatch(/public internet/),
    );

    it('takes http for nothing else', () => {
      expect(local('http://localhost.acme.com/')).toMatch(/https/);
      expect(local('http://10.0.0.1/')).toMatch(/https/);
    });
  });
});
