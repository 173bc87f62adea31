FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The version that `pascalatih version` tells, such as 0.1.0: the image knows no git.
ARG VERSION=""
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /pascalatih ./cmd/pascalatih

FROM alpine:3.22
RUN adduser -D -u 10001 pascalatih
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /pascalatih /usr/local/bin/pascalatih
USER 10001:10001
WORKDIR /berkas
ENTRYPOINT ["pascalatih"]
CMD ["serve"]
