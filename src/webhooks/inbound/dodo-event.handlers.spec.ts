import {
  DodoEventHandlers,
  NoOrganization,
  NothingToFollow,
  NotVisibleYet,
  UnusableEvent,
} from './dodo-event.handlers';

describe('DodoEventHandlers', () => {
  const handler = async () => {};
  const general = async () => {};
  let handlers: DodoEventHandlers;

  beforeEach(() => {
    handlers = new DodoEventHandlers();
    handlers.register({ 'payment.succeeded': handler });
    handlers.registerPrefixes({ 'payment.': general });
  });

  it.each([
    ['payment.succeeded', handler],
    ['payment.thought_over', general],
    ['payment.succeeded.twice', general],
    ['payments.succeeded', undefined],
    ['payment', undefined],
    ['', undefined],
  ])('finds what follows %j', (type, expected) => {
    expect(handlers.find(type)).toBe(expected);
  });

  it('has one for each type', () => {
    expect(() => handlers.register({ 'payment.succeeded': general })).toThrow(
      'Two handlers are registered for the event payment.succeeded.',
    );
  });

  it.each([
    ['NoOrganization', new NoOrganization(['customer:1'])],
    ['UnusableEvent', new UnusableEvent()],
    ['NothingToFollow', new NothingToFollow()],
    ['NotVisibleYet', new NotVisibleYet()],
  ])('gives up by a %s, of which a trace says no more than the name', (name, error) => {
    expect(error.name).toBe(name);
  });
});
