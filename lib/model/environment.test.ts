import { describe, expect, it } from 'vitest';
import { environmentOf, pageTitle } from './environment';

describe('what is production', () => {
  it.each(['production', 'PROD', 'eu-prod', 'Production (Frankfurt)', 'live', 'prod_2'])(
    '%s is',
    (name) => {
      expect(environmentOf(name, undefined)).toEqual({
        name,
        colour: 'magenta',
        isProduction: true,
      });
    },
  );

  it.each(['staging', 'pre-production', 'non-prod', 'preprod', 'olive', 'products', 'dev'])(
    '%s is not',
    (name) => {
      expect(environmentOf(name, undefined)).toEqual({ name, colour: 'grey', isProduction: false });
    },
  );

  it('a colour that is given is kept, and makes nothing production', () => {
    expect(environmentOf('staging', 'magenta')).toMatchObject({
      colour: 'magenta',
      isProduction: false,
    });
    expect(environmentOf('prod', 'violet')).toMatchObject({ colour: 'violet', isProduction: true });
  });
});

it('titles begin with the environment, where there is one', () => {
  const production = environmentOf('Production', undefined);
  expect(pageTitle(production, 'Live')).toBe('Production · Live · Shield Dashboard');
  expect(pageTitle(production, null)).toBe('Production · Shield Dashboard');
  expect(pageTitle(null, 'Live')).toBe('Live · Shield Dashboard');
});
