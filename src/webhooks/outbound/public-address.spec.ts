import { isLoopbackAddress, isPublicAddress } from './public-address';

describe('isPublicAddress', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('lets %s through', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each<[string, string[]]>([
    ['this network', ['0.0.0.0', '0.1.2.3']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    [
      'link-local and cloud metadata',
      ['169.254.0.1', '169.254.169.254', '169.254.170.2', 'fe80::1', 'febf::1'],
    ],
    ['metadata elsewhere', ['100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254']],
    ['shared by carriers', ['100.64.0.1', '100.127.255.255']],
    ['benchmarks', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
    [
      'documentation',
      ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1', '3fff:fff:ffff::1'],
    ],
    ['protocol assignments', ['192.0.0.1', '192.88.99.1', '2001:1::1', '2001:20::1', '192.31.196.1']],
    ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
    ['reserved and broadcast', ['240.0.0.1', '255.255.255.255']],
    ['IPv4 in IPv6', ['::ffff:10.0.0.1', '::ffff:1.1.1.1', '::127.0.0.1', '::7f00:1', '::ffff:0:127.0.0.1']],
    ['6to4 and Teredo', ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:4136:e378::1']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1']],
    ['unique-local', ['fc00::1', 'fd12:3456:789a::1']],
    ['site-local', ['fec0::1']],
    ['unspecified', ['::']],
    ['not yet, or no longer, in use', ['100::1', '4000::1', '5f00::1', '1000::1']],
    ['no address', ['', 'localhost', '1.2.3', 'fe80::1%eth0', '999.1.1.1', '10']],
  ])('refuses %s', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

describe('isLoopbackAddress', () => {
  it('knows this machine, and takes nothing else for it', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopbackAddress)).toBe(true);
    expect(['10.0.0.1', '0.0.0.0', '::ffff:127.0.0.1', 'localhost', '::'].filter(isLoopbackAddress)).toEqual(
      [],
    );
  });
});
