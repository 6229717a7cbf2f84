// Hive Gateway's configuration: passes on the header that makes requests different ones.
export const gatewayConfig = {
  landingPage: false,
  graphiql: false,
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const token = request.headers.get('x-token');
      return token ? { 'x-token': token } : {};
    },
  },
};
