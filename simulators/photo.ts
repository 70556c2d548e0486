/**
 * A photograph a simulated camera could have taken: a real JPEG (160 × 90, a red cab on a platform), with what was photographed in
 * its comment segment, so that no two are the same file.
 */
export function photo(of: string): Uint8Array {
  const said = new TextEncoder().encode(of)
  const length = said.length + 2
  const comment = Uint8Array.of(0xff, 0xfe, length >> 8, length & 0xff, ...said)
  // The comment goes right behind the start-of-image marker.
  return Uint8Array.of(...CAB.subarray(0, 2), ...comment, ...CAB.subarray(2))
}

const CAB = fromLines([
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHi',
  'gjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCABaAKADASIAAhEBAxEB/8QAGgABAAMBAQEAAAAAAAAA',
  'AAAAAAEDBAUCBv/EADEQAAIBAgQCBwcFAAAAAAAAAAABAgMRBBIhURQxEzNBcXKhsQUVYmORouEiUlNh0f/EABgBAQEBAQEAAAAAAAAAAAAAAAABAgME/8QAHhEBAQEAAg',
  'IDAQAAAAAAAAAAAAECElETMQMRIUH/2gAMAwEAAhEDEQA/ANwANMgAAAAACJNRi5PklcyPHq+lPTxEupPbWca16bAYuP8Alfd+Bx/yvu/BOca8O+m0GLj/AJX3fgcf8r7v',
  'wOcPDvptBjWPV9aeniNcWpRUlyauWal9M6xrPtIAKyAAAAAAAMqAAAAAPFfqKnhfocOtVlTkkkuXadyv1FTwv0Pn8T1i7jPuuubZi2HET2iOIntEqBvjGPJvtbxE9ojiJ7',
  'RKgOMPJvtpo1ZVJNNLl2HcodRT8K9D5/DdY+4+godRT8K9DHqt6tuJa9gA05AAAAACQRcXMtJBFxcCQRcXA8V+oqeF+hxKtHpJXzW0tyOxiqsKdGSk9ZJpLc50ac5Rcowk',
  '4rm0tEZtsv47/HmXNlZeG+PyHDfH5GgE56b8WOmfhvj8hw3x+RoA56PFjpVSo9HK+a+luR26HUU/CvQ5cqc4xUpQkovk2tGdHC1YVKMVGWsUk1sWW2sfJmTMkXgi4uacEg',
  'i4uBIIuLgeMwzFWYZgLcwzFWYZgLcxnxOMjQVl+qe2xnxOMy3hSd32vYwNtu7d2X6R7lUnVqqU3dtnXwftKGHwnRSptyV7W5PvOKnZplvT0+2XkZ1L/Hb4+NlmmjDU1Vrx',
  'hJtJ35dxu930v3T+q/w5cayi1KM2n2NHvi5/zT+rPPvG7fyu11O3R930v3T+q/ww4mmqVeUIttK3PuPHFz/mn9WeJVlJuUptvtbGMbl/aTU7dPGe0oYjCdFGm1J2vfku45',
  'Eak6VVyg7NM9dPT7JeRU3dtnozL/XH5OMkmXXw2MjXVn+me25ozHATad07M34bGZrQquz7Hua+nF0MwzFWYZiKtzDMVZhmAqzDMVZiJVFBXbKi1zSV27Ix4jFOd4w0jvuV',
  '1a0qj2jsVlAAFQKpQk5PQtBFRHSKJAKgRLWLJAFUYSUloWgEUABUaMPinC0Z6x32Nimmrp3RyyylWlTe8diK6OYZimNRTV0ycxBROqor+9jPKTm7tiXNkFAAFQAAAAAAAA',
  'AAAAAAAAAAExk4O6ZohVUl/exmJjzRFf/Z',
])

function fromLines(lines: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(lines.join(''), 'base64'))
}
