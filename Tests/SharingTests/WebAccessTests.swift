import HTTP3
import JSONText
import SimulatedNetwork
import Testing

@testable import Sharing

@Suite struct `Pages that read a log` {
    private static let events = "/sessions/realtime/events?follow=0"

    private static func origin(_ text: String) -> HeaderField { HeaderField("origin", text) }

    @Test(arguments: [
        ("https://localhost", 200), ("https://LOCALHOST:443", 200), ("https://localhost:4433", 403),
        ("http://localhost", 403), ("https://example.org", 200), ("https://example.org:8443", 403),
        ("https://evil.example", 403), ("https://example.org.evil.example", 403), ("null", 403),
        ("file://", 403), ("*", 403), ("", 403), ("nonsense", 403),
    ]) func `without a token only the host's own pages and those allowed may`(
        origin: String, status: Int
    ) throws {
        let site = try WebSite { $0.origins.allowed = ["https://example.org"] }
        site.append(4)
        for path in ["/", "/sessions", Self.events, "/sessions/realtime/snapshot", "/metrics"] {
            let answer = try site.fetch(path, [Self.origin(origin)])
            #expect(answer.head?.status == status, "\(path)")
            let allowed = answer.head?.fields["access-control-allow-origin"]
            #expect(allowed == (status == 200 ? origin : nil), "\(path)")
            if status == 403 { #expect(answer.body.contains("--allow-origin")) }
        }
        #expect(site.host.pages.isEmpty)
    }

    @Test func `what is no page may, and is told nothing of origins`() throws {
        let site = try WebSite()
        site.append(4)
        let answer = try site.fetch(Self.events)
        #expect(answer.head?.status == 200)
        #expect(answer.head?.fields["access-control-allow-origin"] == nil)
    }

    @Test(arguments: ["null", "file://"])
    func `files may where the certificate guards the host`(origin: String) throws {
        let site = try WebSite { $0.origins.takesFiles = true }
        site.append(4)
        #expect(try site.fetch(Self.events, [Self.origin(origin)]).head?.status == 200)
        #expect(try site.fetch(Self.events, [Self.origin("https://a.b")]).head?.status == 403)
    }

    @Test func `any page with the token may, and one without can read why not`() throws {
        let site = try WebSite { $0.token = Array("secret".utf8) }
        site.append(4)
        let page = Self.origin("https://anybody.example")
        let refused = try site.fetch("/sessions", [page])
        #expect(refused.head?.status == 401)
        #expect(refused.head?.fields["access-control-allow-origin"] == page.value)
        let bearer = HeaderField("authorization", "Bearer secret")
        #expect(try site.fetch("/sessions", [page, bearer]).head?.status == 200)
        #expect(try site.fetch("/sessions?token=secret", [page]).head?.status == 200)
    }

    @Test func `a request with two origins is refused`() throws {
        let site = try WebSite { $0.origins.allowed = ["*"] }
        let both = [Self.origin("https://a.example"), Self.origin("https://b.example")]
        #expect(try site.fetch("/", both).head?.status == 403)
        #expect(try site.fetch("/", [both[0]]).head?.status == 200)
    }

    @Test func `a browser that asks before is told what may be asked`() throws {
        let site = try WebSite { $0.origins.allowed = ["https://a.example"] }
        let asks = HeaderField("access-control-request-method", "GET")
        let may = try site.fetch(
            "/sessions", method: "OPTIONS", [Self.origin("https://a.example"), asks])
        #expect(may.head?.status == 204)
        #expect(may.head?.fields["access-control-allow-origin"] == "https://a.example")
        #expect(
            may.head?.fields["access-control-allow-headers"]?.contains("authorization") == true)
        let not = try site.fetch(
            "/sessions", method: "OPTIONS", [Self.origin("https://b.example"), asks])
        #expect(not.head?.status == 403)
        #expect(try site.fetch("/sessions", method: "OPTIONS", [asks]).head?.status == 405)
    }

    @Test(arguments: [("https://evil.example", 403), ("https://localhost", 200)])
    func `WebTransport asks for the origin, too`(origin: String, status: Int) throws {
        let site = try WebSite()
        site.append(4)
        site.run { site.client.peerSettings(site.connection) != nil }
        let session = try site.client.openWebTransport(
            authority: "localhost", path: "/watch", fields: [Self.origin(origin)],
            on: site.connection)
        site.run(1)
        #expect(site.head(session)?.status == status)
        #expect(site.status.isEmpty == (status == 403))
        #expect(site.host.pages.isEmpty)
    }

    @Test func `browsers get the page, and others JSON`() throws {
        let site = try WebSite {
            $0.page = Array("<!doctype html>".utf8)
            $0.token = Array("secret".utf8)
        }
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        let page = try site.fetch("/", [HeaderField("accept", browser)])
        #expect(page.head?.status == 200)
        #expect(page.head?.fields["content-type"] == "text/html; charset=utf-8")
        #expect(page.head?.fields["content-security-policy"] != nil)
        #expect(page.body == "<!doctype html>")
        let head = try site.fetch("/", method: "HEAD", [HeaderField("accept", "text/html")])
        #expect(head.head?.fields["content-length"] == "15")
        #expect(head.body.isEmpty)
        for accept in ["*/*", "application/json", "text/html;q=0.5, application/json"] {
            let answer = try site.fetch("/?token=secret", [HeaderField("accept", accept)])
            #expect(answer.head?.fields["content-type"] == "application/json")
        }
        #expect(try site.fetch("/").head?.status == 401)
        #expect(try site.fetch("/sessions", [HeaderField("accept", browser)]).head?.status == 401)
    }

    @Test func `origins are compared in one form`() {
        for (text, form) in [
            ("https://Example.ORG:443", "https://example.org"), ("HTTP://a:80", "http://a"),
            ("https://a:80", "https://a:80"), ("https://[::1]:4433", "https://[::1]:4433"),
            ("null", "null"), ("file://", "file://"), ("*", "*"),
        ] { #expect(OriginPolicy.normalized(text) == form) }
        for text in [
            "", "example.org", "https://", "https://a/b", "https://u@a", "ftp://a", "https://a b",
            "https://a\u{0}", "https://*", "https://ä",
        ] { #expect(OriginPolicy.normalized(text) == nil, "\(text)") }
    }
}
