import { Decimal } from 'decimal.js'
import { expect, it } from 'vitest'

import { convertUnits } from './convert-units.ts'
import { evaluate } from './evaluate.ts'

/**
 * Exact factors from NIST SP 811 (2008), appendix B.8 and B.9; US customary volumes from NIST Handbook
 * 44, appendix C; energies from the SI brochure, 9th edition.
 */
const published = {
  m: 'inch=0.0254 in=0.0254 foot=0.3048 ft=0.3048 yard=0.9144 yd=0.9144 mile=1609.344 mi=1609.344 nauticalmile=1852 nmi=1852 fathom=1.8288 furlong=201.168 rod=5.0292 rd=5.0292 chain=20.1168 link=0.201168 mil=0.0000254 thou=0.0000254 micron=0.000001 angstrom=1e-10 au=149597870700 lightyear=9460730472580800 league=4828.032 hand=0.1016',
  m2: 'acre=4046.8564224 acres=4046.8564224 hectare=10000 ha=10000 are=100 barn=1e-28 sqin=0.00064516 sqft=0.09290304 sqyd=0.83612736 sqmi=2589988.110336 sqrd=25.29285264 sqch=404.68564224',
  L: 'gallon=3.785411784 quart=0.946352946 pint=0.473176473 cup=0.2365882365 gill=0.11829411825 floz=0.0295735295625 fluidounce=0.0295735295625 fluiddram=0.0036966911953125 tablespoon=0.01478676478125 tbsp=0.01478676478125 teaspoon=0.00492892159375 tsp=0.00492892159375 minim=0.000061611519921875 hogshead=238.480942392 oilbarrel=158.987294928 beerbarrel=117.347765304 bushel=35.23907016688 peck=8.80976754172 imperialgallon=4.54609 imperialquart=1.1365225 imperialpint=0.56826125 imperialfluidounce=0.0284130625 metriccup=0.25 metrictablespoon=0.015 metricteaspoon=0.005 cuin=0.016387064 cuft=28.316846592 cuyd=764.554857984 cc=0.001 m3=1000',
  kg: 'pound=0.45359237 lb=0.45359237 lbm=0.45359237 ounce=0.028349523125 oz=0.028349523125 dram=0.0017718451953125 grain=0.00006479891 stone=6.35029318 hundredweight=45.359237 ton=907.18474 shortton=907.18474 longton=1016.0469088 tonne=1000 carat=0.0002 troyounce=0.0311034768 troypound=0.3732417216 pennyweight=0.00155517384',
  s: 'minute=60 min=60 hour=3600 h=3600 day=86400 week=604800 fortnight=1209600 year=31557600',
  N: 'lbf=4.4482216152605 kip=4448.2216152605 kgf=9.80665 dyne=0.00001 poundal=0.138254954376 ozf=0.27801385095378125',
  J: 'cal=4.184 calorie=4.184 calories=4.184 kcal=4184 Calorie=4184 BTU=1055.05585262 Wh=3600 kWh=3600000 eV=1.602176634e-19 erg=1e-7 therm=105505585.262 footpound=1.3558179483314004 tontnt=4184000000',
  W: 'hp=745.69987158227022 horsepower=745.69987158227022 metrichorsepower=735.49875',
  Pa: 'atm=101325 bar=100000 mmHg=133.322387415 inHg=3386.388640341 cmH2O=98.0665 mmH2O=9.80665 kgfcm2=98066.5',
  'm/s': 'mph=0.44704 fps=0.3048',
  T: 'gauss=0.0001',
  Wb: 'maxwell=1e-8',
}

const factors = Object.entries(published).flatMap(([base, list]) =>
  list.split(' ').map((entry) => {
    const [name = '', factor = ''] = entry.split('=')
    return { name, base, factor: new Decimal(factor) }
  }),
)

const prefixes =
  'Q=30 R=27 Y=24 Z=21 E=18 P=15 T=12 G=9 M=6 k=3 h=2 d=-1 c=-2 m=-3 u=-6 n=-9 p=-12 f=-15 a=-18 z=-21 y=-24 r=-27 q=-30'.split(
    ' ',
  )
const prefixed = 'm g s A K mol cd N J W Pa V C F ohm H S Wb T Hz L eV'.split(' ')

async function convert(from: string, to: string): Promise<number> {
  return (await convertUnits.work({ value: 1, from, to })).value
}

it('converts units by their published factors', async () => {
  const wrong: string[] = []
  let count = 0
  for (const { name, base, factor } of factors) {
    count++
    if ((await convert(name, base)) !== factor.toNumber()) wrong.push(`1 ${name} in ${base}`)
    // Every unit in every other unit of its group.
    for (const other of factors.filter((candidate) => candidate.base === base)) {
      count++
      const expected = factor.dividedBy(other.factor).toNumber()
      const value = await convert(name, other.name)
      if (Math.abs(value - expected) > expected * Number.EPSILON)
        wrong.push(`${name} in ${other.name}`)
    }
  }
  for (const unit of prefixed) {
    for (const entry of prefixes) {
      const [prefix = '', power = ''] = entry.split('=')
      count++
      if ((await convert(`${prefix}${unit}`, unit)) !== Number(`1e${power}`)) {
        wrong.push(`${prefix}${unit}`)
      }
    }
  }
  console.log(`Units: ${count - wrong.length} of ${count} conversions`)
  expect(wrong).toEqual([])
  expect(count).toBeGreaterThan(1_000)
})

it.each([
  [1, 'acre', 'sqft', 43_560],
  [1, 'cup', 'tablespoon', 16],
  [1, 'tablespoon', 'teaspoon', 3],
  [1, 'gallon', 'cups', 16],
  [60, 'mph', 'km/h', 96.56064],
  [60, 'miles per hour', 'km/h', 96.56064],
  [10, 'knots', 'km/h', 18.52],
  [90, 'kph', 'm/s', 25],
  [1, 'knot', 'm/s', 1852 / 3600],
  [1, 'atm', 'torr', 760],
  [1, 'psi', 'Pa', 6894.757_293_168_362],
  [180, 'degrees', 'rad', Math.PI],
  [100, '°C', '°F', 212],
  [98.6, 'degrees Fahrenheit', 'degrees Celsius', 37],
  [0, 'celsius', 'K', 273.15],
  [1, 'square mile', 'acres', 640],
  [1, 'm²', 'cm²', 10_000],
  [1, 'cubic foot', 'cubic inch', 1728],
  [2, 'nautical miles', 'm', 3704],
  [5, 'µm', 'nm', 5000],
])('converts %d %s to %s', async (value, from, to, expected) => {
  expect(await convertUnits.work({ value, from, to })).toEqual({ value: expected, unit: to })
})

it('uses the same units in expressions', async () => {
  const run = async (expression: string) => (await evaluate.work({ expression, scope: {} })).text
  expect(await run('1 acre to sqft')).toBe('43560 sqft')
  expect(await run('60 mph to km/h')).toBe('96.56064 km / h')
  expect(await run('10 m / (2 s)')).toBe('5 m / s')
})
