import { useMemo, useState } from 'react'

import { sizeText } from './cut-text.ts'

export interface StoredImageProps {
  readonly base64: string
  readonly mediaType: string
}

/**
 * An image whose bytes are part of the result. It has an object URL, because the content security policy
 * allows no `data:` addresses.
 */
export function StoredImage({ base64, mediaType }: StoredImageProps) {
  const [isBroken, setBroken] = useState(false)
  const bytes = useMemo(() => readBase64(base64), [base64])
  const size = sizeText(Math.floor((base64.length * 3) / 4))
  if (bytes === undefined || isBroken) {
    return <p>{`Image of the type ${mediaType}, ${size}, that cannot be drawn`}</p>
  }
  return (
    <img
      alt={`${mediaType}, ${size}`}
      className="max-h-96 max-w-full rounded-md border border-line"
      onError={() => setBroken(true)}
      ref={(image) => {
        const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }))
        if (image !== null) image.src = url
        return () => URL.revokeObjectURL(url)
      }}
    />
  )
}

function readBase64(text: string) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
