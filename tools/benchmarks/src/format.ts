export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`
export const us = (value: number): string => `${value.toFixed(1)} µs`
export const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`
export const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
export const perSecond = (value: number): string => `${count(Math.round(value))} requests/s`
export const count = (value: number): string => value.toLocaleString('en-US')
