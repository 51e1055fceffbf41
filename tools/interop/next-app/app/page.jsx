export default function Page() {
  return <p>A page of the app itself.</p>
}
