import { isRecord } from '@mcp/protocol'
import type { MathJsInstance, MathType } from 'mathjs'

/**
 * Exact factors by unit, as in NIST SP 811 appendix B and the Unified Code for Units of Measure. A
 * factor refers to the unit of its group. The factors are needed because mathjs rounds some factors, mixes US
 * cups with metric spoons, and lacks common units.
 */
const factors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  m: {
    'rod rods rd': '5.0292',
    'nauticalmile nauticalmiles nmi NM': '1852',
    'fathom fathoms ftm': '1.8288',
    'furlong furlongs fur': '201.168',
    'league leagues': '4828.032',
    'hand hands': '0.1016',
    thou: '0.0000254',
    'micron microns': '1e-6',
    'au astronomicalunit astronomicalunits': '149597870700',
    'lightyear lightyears ly': '9460730472580800',
  },
  m2: {
    'acre acres ac': '4046.8564224',
    sqrd: '25.29285264',
    sqch: '404.68564224',
    ha: '10000',
    'are ares': '100',
    'barn barns': '1e-28',
  },
  m3: {
    'teaspoon teaspoons tsp': '4.92892159375e-6',
    'tablespoon tablespoons tbsp Tbsp': '14.78676478125e-6',
    'metricteaspoon metricteaspoons': '5e-6',
    'metrictablespoon metrictablespoons': '15e-6',
    'metriccup metriccups': '250e-6',
    'imperialgallon imperialgallons': '4.54609e-3',
    'imperialquart imperialquarts': '1.1365225e-3',
    'imperialpint imperialpints': '0.56826125e-3',
    'imperialfluidounce imperialfluidounces': '28.4130625e-6',
    'bushel bushels bu': '35.23907016688e-3',
    'peck pecks': '8.80976754172e-3',
  },
  kg: {
    'stick sticks': '0.1133980925',
    'carat carats': '0.0002',
    'shortton shorttons': '907.18474',
    'longton longtons': '1016.0469088',
    'metricton metrictons': '1000',
    'pound pounds': '0.45359237',
    'troyounce troyounces ozt': '0.0311034768',
    'troypound troypounds': '0.3732417216',
    'pennyweight pennyweights dwt': '0.00155517384',
  },
  s: { 'fortnight fortnights': '1209600' },
  N: {
    'kip kips': '4448.2216152605',
    'poundal poundals': '0.138254954376',
    ozf: '0.27801385095378125',
  },
  J: {
    'eV electronvolt electronvolts': '1.602176634e-19',
    'cal calorie calories': '4.184',
    'kcal kilocalorie kilocalories Cal Calorie Calories': '4184',
    'therm therms': '105505585.262',
    'ftlb footpound footpounds': '1.3558179483314004',
    tontnt: '4184000000',
  },
  W: {
    'hp horsepower': '745.69987158227022',
    metrichorsepower: '735.49875',
  },
  Pa: {
    'mmHg mmhg': '133.322387415',
    'inHg inhg': '3386.388640341',
    'inH2O inh2o': '249.08891',
    kgfcm2: '98066.5',
  },
  T: { 'gauss gausses': '0.0001' },
  Wb: { 'maxwell maxwells': '1e-8' },
  'm/s': {
    mph: '0.44704',
    fps: '0.3048',
  },
}

/** Factors that are quotients, because their decimals do not end. */
const quotients: readonly (readonly [
  like: string,
  names: string,
  dividend: string,
  divisor: string,
])[] = [
  ['Pa', 'torr', '101325', '760'],
  ['Pa', 'psi', '4.4482216152605', '0.00064516'],
  ['Pa', 'ksi', '4448.2216152605', '0.00064516'],
  ['m/s', 'knot knots kn', '1852', '3600'],
  ['m/s', 'kph kmh', '1000', '3600'],
  ['K', 'degF fahrenheit degR rankine', '5', '9'],
]

/** Corrects the factors of the units of mathjs, and adds units. */
export function defineUnits(math: MathJsInstance, number: (text: string) => MathType): void {
  const units: unknown = Reflect.get(math.Unit, 'UNITS')
  if (!isRecord(units)) return
  const define = (like: string, names: string, value: MathType) => {
    const template = units[like]
    const dimensions: unknown = Reflect.get(math.unit(like), 'dimensions')
    const base = isRecord(template) ? template['base'] : { dimensions }
    for (const name of names.split(' ')) {
      const known = units[name] ?? { name, base, prefixes: noPrefixes, offset: 0, dimensions }
      // `units` is the table of mathjs itself, so this changes mathjs.
      Reflect.set(units, name, Object.assign(known, { value }))
    }
  }
  for (const [like, group] of Object.entries(factors)) {
    for (const [names, factor] of Object.entries(group)) define(like, names, number(factor))
  }
  for (const [like, names, dividend, divisor] of quotients) {
    define(like, names, math.divide(number(dividend), number(divisor)))
  }
}

const noPrefixes = { '': { name: '', value: 1, scientific: true } }
