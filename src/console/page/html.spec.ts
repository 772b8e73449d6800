import { html } from './html';

describe('html', () => {
  it('escapes every value, in text and in attributes', () => {
    const evil = `"><script>alert('x')</script>&amp;\``;
    expect(html`<a title="${evil}">${evil}</a>`.text).toBe(
      '<a title="&#34;&#62;&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;amp;&#96;">' +
        '&#34;&#62;&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;amp;&#96;</a>',
    );
  });

  it('keeps markup that it has made itself, in lists as well', () => {
    const items = ['<', '>'].map((item) => html`<li>${item}</li>`);
    expect(html`${items}!`.text).toBe('<li>&#60;</li><li>&#62;</li>!');
  });

  it('leaves out what is not there, and keeps zero', () => {
    expect(html`${null}${undefined}${false}${0}`.text).toBe('0');
  });

  it('is not fooled by an object that looks like markup', () => {
    const fake = { text: '<b>', toString: () => '<i>' };
    expect(html`${fake as never}`.text).toBe('&#60;i&#62;');
  });
});
