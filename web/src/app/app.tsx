import { Provider } from "react-redux";
import { RouterProvider } from "react-router/dom";
import { ConnectionProvider } from "@/lib/graphql/connection";
import { I18nProvider } from "@/lib/i18n/i18n";
import { store } from "@/lib/store/store";
import { router } from "./router";

/** The app: the store, the language, the connection to the server, and the page that the address names. */
export function App() {
  return (
    <Provider store={store}>
      <I18nProvider>
        <ConnectionProvider>
          <RouterProvider router={router} />
        </ConnectionProvider>
      </I18nProvider>
    </Provider>
  );
}
