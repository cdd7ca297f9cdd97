package main

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/lucas-clemente/quic-go/http3"
)

// GET /N over HTTP/3, as midstream-tui bench quic asks it: one large answer, and requests one after
// another, 100 at once and 1,000 at once.
func benchHTTP3(chain, key, authority string, share int, out map[string]interface{}) {
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(err)
	settings := serverTLS(chain, key)
	settings.NextProtos = []string{"h3"}
	server := http3.Server{
		TLSConfig: http3.ConfigureTLSConfig(settings), QuicConfig: config(),
		Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			rest, err := strconv.Atoi(request.URL.Path[1:])
			writer.Header().Set("content-length", strconv.Itoa(rest))
			for err == nil && rest > 0 {
				count := len(block)
				if rest < count {
					count = rest
				}
				_, err = writer.Write(block[:count])
				rest -= count
			}
		}),
	}
	go server.Serve(socket)
	trust := clientTLS(authority)
	trust.NextProtos = nil
	trip := &http3.RoundTripper{TLSClientConfig: trust, QuicConfig: config()}
	_, port, err := net.SplitHostPort(socket.LocalAddr().String())
	check(err)
	get := func(size int) {
		request, err := http.NewRequest("GET", "https://localhost:"+port+"/"+strconv.Itoa(size), nil)
		check(err)
		response, err := trip.RoundTrip(request)
		check(err)
		count, err := io.Copy(io.Discard, response.Body)
		check(err)
		if count != int64(size) {
			panic("other bytes came")
		}
		response.Body.Close()
	}
	together := func(count, atOnce int) float64 {
		start := time.Now()
		var group sync.WaitGroup
		for i := 0; i < atOnce; i++ {
			group.Add(1)
			go func() {
				for i := 0; i < count/atOnce; i++ {
					get(1000)
				}
				group.Done()
			}()
		}
		group.Wait()
		return time.Since(start).Seconds()
	}
	together(20, 1)
	count := 10000 / share
	out["h3-requests-1"] = float64(count) / together(count, 1)
	count = 40000 / share / 100 * 100
	out["h3-requests-100"] = float64(count) / together(count, 100)
	times := []float64{}
	for i := 0; i < 5; i++ {
		times = append(times, together(1000, 1000)*1e3)
	}
	out["h3-streams-1000"] = median(times)
	size := (1 << 30) / share
	before, start := cpu(), time.Now()
	get(size)
	out["h3-down-gbps"] = float64(size) * 8 / time.Since(start).Seconds() / 1e9
	out["h3-down-cpu"] = (cpu() - before) / float64(size) * (1 << 30)
	trip.Close()
	server.Close()
}
