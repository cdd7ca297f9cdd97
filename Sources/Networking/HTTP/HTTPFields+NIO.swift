import NIOHTTP1

extension HTTPFields {
    init(_ headers: HTTPHeaders) { self.init(headers.map { HTTPField($0.name, $0.value) }) }

    var headers: HTTPHeaders { HTTPHeaders(map { ($0.name, $0.value) }) }
}
